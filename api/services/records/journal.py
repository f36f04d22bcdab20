"""What every use case writes beside its own rows, in the same commit: events, audit rows, time points, deadlines."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import msgspec

from api.db.incidents import incidents
from api.db.notifying import push
from api.db.pool import Connection
from api.db.records import log
from api.domain.access.permissions import Actor
from api.domain.incidents.deadline import DeadlineKind
from api.domain.incidents.timepoint import Point, Source
from api.domain.records.events import Event
from api.telemetry import request_id


async def event(connection: Connection, station_id: UUID, happened: Event, now: datetime) -> None:
    payload = log.Payload(incident_id=happened.incident_id, unit_id=happened.unit_id, state=happened.state)
    await log.add_event.run(
        connection, station_id=station_id, kind=happened.kind, subject=happened.subject, payload=payload, at=now
    )


async def audit(
    connection: Connection,
    actor: Actor,
    action: str,
    subject: UUID | None,
    now: datetime,
    *,
    reason: str | None = None,
    **facts: object,
) -> None:
    """`facts` may hold ids, counts and settings; never contacts, positions or pictures."""
    await log.add_audit.run(
        connection,
        station_id=actor.station_id,
        actor_id=actor.id,
        role=actor.role,
        action=action,
        subject=subject,
        reason=reason,
        facts=msgspec.to_builtins(facts),
        request_id=request_id(),
        at=now,
    )


class Mark(msgspec.Struct, frozen=True):
    """One time point to write: which case, which step, and whose word it is."""

    incident_id: UUID
    kind: Point
    source: Source
    assignment_id: UUID | None = None
    phone_at: datetime | None = None
    by: UUID | None = None


async def time_point(connection: Connection, station_id: UUID, mark: Mark, server_at: datetime) -> None:
    """Written once: a second row of the same kind and source is dropped by the database."""
    values = msgspec.structs.asdict(mark)
    await incidents.add_time_point.run(connection, station_id=station_id, server_at=server_at, **values)


async def deadline(
    connection: Connection, station_id: UUID, kind: DeadlineKind, subject_id: UUID, due_at: datetime
) -> None:
    """Set, or move, the one deadline of this kind for this subject."""
    await push.set_deadline.run(
        connection, station_id=station_id, kind=kind, subject_id=subject_id, due_at=due_at, request_id=request_id()
    )


async def deadline_by(
    connection: Connection, station_id: UUID, kind: DeadlineKind, subject_id: UUID, due_at: datetime
) -> None:
    """Set it, or bring it forward; one that is due sooner already stays."""
    await push.bring_deadline_forward.run(
        connection, station_id=station_id, kind=kind, subject_id=subject_id, due_at=due_at, request_id=request_id()
    )


async def lift(connection: Connection, subject_id: UUID, kinds: Iterable[DeadlineKind]) -> None:
    await push.lift_deadlines.run(connection, subject_id=subject_id, kinds=[str(kind) for kind in kinds])
