"""What makes the radio room look up, and who is called when it does not."""

from enum import StrEnum


class AlarmReason(StrEnum):
    NO_TAKER = "no_taker"
    FIRST_SILENCE = "first_silence"
    NOBODY_LEFT = "nobody_left"
    FORECAST_LATE = "forecast_late"
    REPORTER = "reporter"
    SOS_OVER_LIMIT = "sos_over_limit"
    ENTRY_WITHDRAWN = "entry_withdrawn"
    BACKUP = "backup"
    AID_WANTED = "aid_wanted"
    """A neighbouring station asks for a unit."""
    REPORT_UNOPENED = "report_unopened"
    """An urgent report that nobody of the radio room has looked at."""
    RESTORED = "restored"
    """The database came back from a backup: what was due meanwhile was not done."""


class Level(StrEnum):
    """Whose alarm it is now. With the commander's phone the fall-back channels are used."""

    OPERATOR = "operator"
    SHIFT_SUPERVISOR = "shift_supervisor"
    COMMANDER = "commander"


CHAINED = frozenset(AlarmReason) - {AlarmReason.REPORTER}
"""What is passed on when nobody acknowledges it; a citizen's message waits on the screen."""

STANDING = frozenset(
    {AlarmReason.NO_TAKER, AlarmReason.NOBODY_LEFT, AlarmReason.FORECAST_LATE, AlarmReason.REPORT_UNOPENED}
)
"""About a state that goes on: raised while it does, and not again once somebody has acknowledged it. The others are
about what happened, and are raised each time that it happens."""

_ABOVE = {Level.OPERATOR: Level.SHIFT_SUPERVISOR, Level.SHIFT_SUPERVISOR: Level.COMMANDER}


def above(level: Level) -> Level | None:
    return _ABOVE.get(level)


WORDS: dict[AlarmReason, tuple[str, str]] = {
    AlarmReason.NO_TAKER: ("ยังไม่มีสายตรวจรับเหตุ", "Nobody has accepted it"),
    AlarmReason.FIRST_SILENCE: ("สายตรวจที่เสนอไปไม่ตอบ", "The unit that was asked did not answer"),
    AlarmReason.NOBODY_LEFT: ("ไม่มีสายตรวจที่ไปได้", "No unit is left that could go"),
    AlarmReason.FORECAST_LATE: ("คาดว่าจะถึงเกินเวลาเป้าหมาย", "Arrival is expected past the target"),
    AlarmReason.REPORTER: ("ผู้แจ้งเหตุส่งข้อความ", "The reporter has written"),
    AlarmReason.SOS_OVER_LIMIT: ("SOS ซ้ำเกินกำหนด", "SOS over the limit, to be checked"),
    AlarmReason.ENTRY_WITHDRAWN: ("รายการเฝ้าระวังถูกถอน", "The watchlist entry was withdrawn"),
    AlarmReason.AID_WANTED: ("สถานีข้างเคียงขอกำลัง", "A neighbouring station asks for a unit"),
    AlarmReason.REPORT_UNOPENED: ("ยังไม่มีใครเปิดดูเหตุด่วน", "Nobody has looked at an urgent report"),
    AlarmReason.RESTORED: ("กู้คืนจากข้อมูลสำรอง ต้องตรวจเหตุที่ยังเปิดอยู่", "Restored from a backup: check every open case"),
    AlarmReason.BACKUP: ("ขอกำลังสนับสนุน", "Backup is wanted"),
}
"""Thai, English."""
