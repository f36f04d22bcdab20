"""Why a unit was sent, in a sentence that can be read out over the radio, in Thai and English."""

from datetime import datetime

import msgspec

from api.domain.dispatching.dispatch import Candidate
from api.domain.dispatching.moves import ConsideredUnit, DelayReason, Move
from api.domain.dispatching.repositioning import Repositioning
from api.domain.dispatching.situation import Leg
from api.domain.incidents.assignment import AssignmentState
from api.domain.roads.travel import EtaSource
from api.domain.units.unit import Job


class Explanation(msgspec.Struct, frozen=True):
    th: str
    en: str


def explain(move: Move, now: datetime) -> Explanation:
    """Both sentences use the same figures."""
    parts = [_arrival(move), _beside(move, now), _left(move, now)]
    said = [part for part in parts if part is not None]
    return Explanation(th="; ".join(part.th for part in said) + ".", en="; ".join(part.en for part in said) + ".")


def clock(seconds: float) -> str:
    """Minutes and seconds, as in 4:10."""
    minutes, rest = divmod(max(0, round(seconds)), 60)
    return f"{minutes}:{rest:02d}"


def _arrival(move: Move) -> Explanation:
    time = clock(move.eta.seconds)
    straight = move.eta.source != EtaSource.ROAD
    return Explanation(
        th=f"{move.unit.callsign} ถึงใน {time}" + (" (ประเมินจากระยะเส้นตรง)" if straight else ""),
        en=f"{move.unit.callsign} arrives in {time}" + (" (as the crow flies)" if straight else ""),
    )


def _beside(move: Move, now: datetime) -> Explanation | None:
    """The unit it was compared with."""
    leg = move.replaces or move.beside
    if leg is not None:
        return _worried(move.worry, leg, now) or _sooner(leg, move.gain_s or 0.0, late=move.worry == DelayReason.LATE)
    if move.nearest_idle is None:
        return Explanation(th="ไม่มีสายตรวจอื่นที่ว่าง", en="nobody else is free")
    return _nearest(move.nearest_idle)


def _sooner(leg: Leg, gain_s: float, *, late: bool) -> Explanation:
    gain = clock(gain_s)
    th, en = f"เร็วกว่า {leg.callsign} ที่กำลังเดินทาง {gain}", f"{gain} before {leg.callsign}, which is on its way"
    return Explanation(th + (" และจะถึงช้ากว่าเป้าหมาย" if late else ""), en + (" and will be late" if late else ""))


def _worried(worry: DelayReason | None, leg: Leg, now: datetime) -> Explanation | None:
    if worry == DelayReason.SILENT:
        return Explanation(
            th=f"ไม่ทราบตำแหน่งล่าสุดของ {leg.callsign} ที่กำลังเดินทาง",
            en=f"{leg.callsign} is on its way, but its position is no longer known",
        )
    if worry == DelayReason.OVERDUE and leg.arrives_at is not None:
        late = clock((now - leg.arrives_at).total_seconds())
        return Explanation(
            th=f"{leg.callsign} ควรถึงแล้วเมื่อ {late} ที่ผ่านมา", en=f"{leg.callsign} should have arrived {late} ago"
        )
    return None


def _nearest(idle: ConsideredUnit) -> Explanation:
    time = clock(idle.seconds)
    return Explanation(
        th=f"สายตรวจว่างที่ใกล้ที่สุดรองลงมา {idle.callsign} ถึงใน {time}", en=f"nearest other idle, {idle.callsign}, in {time}"
    )


def _left(move: Move, now: datetime) -> Explanation | None:
    job = move.leaves
    if job is None:
        return None
    if job.drill:
        return Explanation(
            th=f"{move.unit.callsign} กำลังฝึกซ้อม ({job.reference})",
            en=f"{move.unit.callsign} was on a drill ({job.reference})",
        )
    asked = job.state == AssignmentState.OFFERED
    th_doing, en_doing = ("ถูกถามให้รับ", "was being asked for") if asked else ("กำลังเดินทางไป", "was driving to")
    th, en = _taken_over(job, move.taker, now)
    return Explanation(
        th=f"{move.unit.callsign} {th_doing}เหตุระดับ {job.priority} ({job.reference}) {th}",
        en=f"{move.unit.callsign} {en_doing} a priority {job.priority} ({job.reference}), {en}",
    )


def _taken_over(job: Job, taker: ConsideredUnit | None, now: datetime) -> tuple[str, str]:
    if taker is None:
        return "ซึ่งต้องรอสายตรวจที่ว่าง", "which waits for a unit to come free"
    if job.arrives_at is None:
        return f"ซึ่ง {taker.callsign} รับแทน", f"which {taker.callsign} takes"
    minutes = round((taker.seconds - (job.arrives_at - now).total_seconds()) / 60)
    if minutes <= 0:
        return f"ซึ่ง {taker.callsign} รับแทนโดยไม่ช้าลง", f"which {taker.callsign} takes, no later"
    return f"ซึ่ง {taker.callsign} รับแทน ช้าลง {minutes} นาที", f"which {taker.callsign} takes, {minutes} min later"


def explain_choice(chosen: Candidate, best: Candidate | None, *, ordered: bool) -> Explanation:
    """The operator chose the unit; the recommended order is kept beside it."""
    th_verb, en_verb = ("สั่งทางวิทยุ", "ordered by radio") if ordered else ("พนักงานวิทยุเลือก", "chosen by the radio room")
    time = None if chosen.eta_seconds is None else clock(chosen.eta_seconds)
    th = f"{chosen.callsign} {th_verb}" + (f" ถึงใน {time}" if time else " ไม่ทราบตำแหน่ง")
    en = f"{chosen.callsign} {en_verb}, " + (f"arrives in {time}" if time else "position unknown")
    if chosen.excluded_because is not None:
        th, en = (
            f"{th} (ระบบไม่ได้เสนอ: {chosen.excluded_because})",
            f"{en} (left out by rule: {chosen.excluded_because})",
        )
    if best is not None and best.unit_id != chosen.unit_id and best.eta_seconds is not None:
        th = f"{th}; ระบบเสนอ {best.callsign} ถึงใน {clock(best.eta_seconds)}"
        en = f"{en}; the first choice was {best.callsign}, in {clock(best.eta_seconds)}"
    return Explanation(th=f"{th}.", en=f"{en}.")


def explain_aid(chosen: Candidate, station: tuple[str, str], own: datetime | None, now: datetime) -> Explanation:
    """A neighbour's unit. `station`: its name in Thai and English; `own`: when our own unit would be there."""
    time = clock(chosen.eta_seconds or 0.0)
    if own is None:
        th, en = "ไม่มีสายตรวจของสถานีที่ไปได้", "no unit of this station can go"
    else:
        own_time = clock((own - now).total_seconds())
        th, en = f"สายตรวจของสถานีถึงใน {own_time} เกินเป้าหมาย", f"our own unit needs {own_time}, past the target"
    return Explanation(
        th=f"{chosen.callsign} ({station[0]}) ถึงใน {time}; {th}.",
        en=f"{chosen.callsign} ({station[1]}) arrives in {time}; {en}.",
    )


def explain_repositioning(move: Repositioning) -> Explanation:
    before, after = round(100 * move.share_before), round(100 * move.share_after)
    return Explanation(
        th=f"{move.unit.callsign} ย้ายไปจุดตรวจนี้ จะถึงเหตุที่ผ่านมาทันเวลา {after} % จากเดิม {before} %.",
        en=f"{move.unit.callsign} to this area: {after} % of recent calls would be reached in time, now {before} %.",
    )
