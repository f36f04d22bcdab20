"""What every use case writes along with its own rows, in the same commit: events, audit rows, time points,
deadlines."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

import msgspec

from api.db.incidents import incidents
from api.db.notifying import push
from api.db.records import log
from api.domain.incidents.deadline import DeadlineKind
from api.domain.incidents.timepoint import Point, Source
from api.domain.records.events import Event
from api.services.context import Context, PendingPoint
from api.telemetry import request_id


def event(context: Context, happened: Event) -> None:
    """Written with the others when the context ends, in this order."""
    context.pending.events.append(happened)


async def audit(
    context: Context,
    action: str,
    subject: UUID | None,
    *,
    reason: str | None = None,
    **facts: object,
) -> None:
    """`facts` may hold ids, counts and settings; never contacts, positions or pictures."""
    await log.add_audit.run(
        context.connection,
        station_id=context.station_id,
        actor_id=context.actor.id,
        role=context.actor.role,
        action=action,
        subject=subject,
        reason=reason,
        facts=msgspec.to_builtins(facts),
        request_id=request_id(),
        at=context.now,
    )


class TimePoint(msgspec.Struct, frozen=True):
    """One time point: which case, which step, and its source."""

    incident_id: UUID
    kind: Point
    source: Source
    assignment_id: UUID | None = None
    phone_at: datetime | None = None
    by: UUID | None = None


async def time_point(context: Context, point: TimePoint, *, server_at: datetime | None = None) -> None:
    """Written once: the database drops a second row of the same kind and source."""
    if context.pending.points:
        await context.write_pending()
    values = msgspec.structs.asdict(point)
    await incidents.add_time_point.run(
        context.connection, station_id=context.station_id, server_at=server_at or context.now, **values
    )


def time_point_at_end(context: Context, point: TimePoint, *, server_at: datetime | None = None) -> None:
    """For a step that is new with the row it is about, and that nobody reads before the commit."""
    at = server_at or context.now
    context.pending.points.append(PendingPoint(point.incident_id, point.kind, point.source, point.assignment_id, at))


def deadline(context: Context, kind: DeadlineKind, subject_id: UUID, due_at: datetime) -> None:
    """Set or move the one deadline of this kind for this subject."""
    context.pending.deadlines[kind, subject_id] = due_at, False


def deadlines(context: Context, subject_id: UUID, due: Mapping[DeadlineKind, datetime]) -> None:
    """`deadline`, for each of one subject."""
    for kind, due_at in due.items():
        deadline(context, kind, subject_id, due_at)


def deadline_by(context: Context, kind: DeadlineKind, subject_id: UUID, due_at: datetime) -> None:
    """Set it or bring it forward; one that is due sooner stays."""
    pending, sooner_kept = context.pending.deadlines.get((kind, subject_id), (due_at, True))
    context.pending.deadlines[kind, subject_id] = min(pending, due_at), sooner_kept


async def lift(context: Context, subject_id: UUID, kinds: Iterable[DeadlineKind]) -> None:
    kinds = list(kinds)
    for kind in kinds:
        context.pending.deadlines.pop((kind, subject_id), None)
    await push.lift_deadlines.run(context.connection, subject_id=subject_id, kinds=[str(kind) for kind in kinds])
