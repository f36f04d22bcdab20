"""Notification texts: general words, minutes and a street; never a person, a number or a plate."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import msgspec

from api.domain.incidents.incident import Hazard, IncidentKind


class PushKind(StrEnum):
    OFFER = "offer"
    REMINDER = "reminder"
    WITHDRAWN = "withdrawn"
    BACKUP = "backup"
    BROADCAST = "broadcast"
    TEST = "test"


class DeliveryState(StrEnum):
    DUE = "due"
    SENT = "sent"
    GONE = "gone"
    """The push service no longer knows the subscription."""
    FAILED = "failed"
    EXPIRED = "expired"


class Stage(StrEnum):
    DELIVERED = "delivered"
    SHOWN = "shown"
    OPENED = "opened"


TEST_LIFETIME = timedelta(minutes=2)
NOTICE_LIFETIME = timedelta(minutes=10)

_BACK_OFF_SECONDS = (1, 2, 4, 8, 15, 30)


def retry_at(now: datetime, attempts: int) -> datetime:
    """Delay before the retry after the `attempts`-th failure: short at first, because an offer lives 30 s."""
    return now + timedelta(seconds=_BACK_OFF_SECONDS[min(attempts, len(_BACK_OFF_SECONDS)) - 1])


_LONGEST_PAUSE_S = 3600


def retry_after(header: str) -> int | None:
    """Seconds that a push service asks us to wait, at most an hour; None if it does not say, or not in seconds."""
    if not (header.isascii() and header.isdigit()):
        return None
    return min(int(header[:9]), _LONGEST_PAUSE_S) if len(header) < 10 else _LONGEST_PAUSE_S


class Content(msgspec.Struct, frozen=True):
    """The parts of a notification's text, in the recipient's language."""

    priority: int | None = None
    incident_kind: IncidentKind | None = None
    minutes: int | None = None
    place: str | None = None
    text: str | None = None
    drill: bool = False
    hazards: tuple[Hazard, ...] = ()


HAZARD_WORDS: dict[Hazard, tuple[str, str]] = {
    Hazard.WEAPON: ("มีอาวุธ", "weapon"),
    Hazard.SEVERAL_PEOPLE: ("หลายคน", "several people"),
    Hazard.DOG: ("สุนัขดุ", "dog"),
    Hazard.SILENT: ("ผู้แจ้งห้ามใช้เสียง", "silent caller"),
    Hazard.CHEMICAL: ("สารเคมี", "chemicals"),
}
"""Hazards to the officer, Thai and English."""

KIND_WORDS: dict[IncidentKind, tuple[str, str]] = {
    IncidentKind.SOS: ("ขอความช่วยเหลือฉุกเฉิน", "Emergency SOS"),
    IncidentKind.VIOLENCE: ("เหตุทำร้ายร่างกาย", "Violence"),
    IncidentKind.OFFICER_EMERGENCY: ("เจ้าหน้าที่ขอความช่วยเหลือ", "Officer emergency"),
    IncidentKind.DOMESTIC: ("ความรุนแรงในครอบครัว", "Domestic violence"),
    IncidentKind.WEAPON: ("เหตุใช้อาวุธ", "Weapon"),
    IncidentKind.THEFT: ("เหตุลักทรัพย์", "Theft"),
    IncidentKind.CRASH: ("อุบัติเหตุจราจร", "Road crash"),
    IncidentKind.DRUGS: ("ยาเสพติด", "Drugs"),
    IncidentKind.SUSPICIOUS: ("บุคคลหรือวัตถุต้องสงสัย", "Suspicious activity"),
    IncidentKind.INTRUSION: ("บุกรุก", "Intrusion"),
    IncidentKind.CROWD: ("กลุ่มคนรวมตัว", "Crowd"),
    IncidentKind.TRAFFIC: ("เหตุจราจร", "Traffic"),
    IncidentKind.NUISANCE: ("เหตุรำคาญ", "Nuisance"),
    IncidentKind.TAMPER: ("กล้องถูกรบกวน", "Camera tampered with"),
    IncidentKind.OTHER: ("เหตุอื่น", "Other incident"),
    IncidentKind.WATCHLIST_FACE: ("ตรวจสอบบุคคล", "Person check"),
    IncidentKind.WATCHLIST_PLATE: ("ตรวจสอบยานพาหนะ", "Vehicle check"),
}

_TITLES: dict[PushKind, tuple[str, str]] = {
    PushKind.OFFER: ("งานใหม่", "New job"),
    PushKind.REMINDER: ("ยังรอคำตอบ", "Still waiting for you"),
    PushKind.WITHDRAWN: ("ยกเลิกงาน", "Job withdrawn"),
    PushKind.BACKUP: ("ขอกำลังสนับสนุน", "Backup wanted"),
    PushKind.BROADCAST: ("ศูนย์วิทยุ", "Radio room"),
    PushKind.TEST: ("ทดสอบการแจ้งเตือน", "Test notification"),
}

_TEST_BODY = ("โทรศัพท์เครื่องนี้พร้อมรับงาน", "This phone is ready to ring")


def words(kind: PushKind, content: Content, language: str) -> tuple[str, str]:
    """Title and body of the notification."""
    column = 0 if language == "th" else 1
    title = drill_words(content.drill)[column] + _TITLES[kind][column]
    if content.priority is not None:
        title = f"{title} · ระดับ {content.priority}" if column == 0 else f"{title} · priority {content.priority}"
    parts: list[str] = []
    if content.hazards:
        parts.append("⚠ " + ", ".join(HAZARD_WORDS[hazard][column] for hazard in content.hazards))
    if content.incident_kind is not None:
        parts.append(KIND_WORDS[content.incident_kind][column])
    if content.minutes is not None:
        parts.append(f"ถึงใน {content.minutes} นาที" if column == 0 else f"{content.minutes} min away")
    parts.extend(text for text in (content.place, content.text) if text)
    if not parts and kind == PushKind.TEST:
        parts.append(_TEST_BODY[column])
    return title, " · ".join(parts) or title


def drill_words(drill: bool) -> tuple[str, str]:
    """Prefix for every text about a drill, Thai and English; empty for a real case."""
    return ("[ฝึกซ้อม] ", "[DRILL] ") if drill else ("", "")


def topic(subject: UUID) -> str:
    """At most 32 base64url characters: the hexadecimal id fits exactly."""
    return subject.hex
