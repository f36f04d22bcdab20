"""Corrections to a case by the radio room, and units taken back: the units are told, the decision is made again."""

from datetime import datetime, timedelta
from uuid import UUID

import h3.api.basic_int as h3
import msgspec

from api.db.dispatching import assignments
from api.db.dispatching.assignments import AssignmentRow
from api.db.incidents import incidents, oversight
from api.db.incidents.incidents import IncidentLock
from api.db.pool import Connection
from api.domain.access.permissions import Actor, Operation, demand
from api.domain.dispatching.delegation import needs_of
from api.domain.dispatching.dispatch import first_in_order
from api.domain.errors import Changed
from api.domain.incidents import assignment as rules_of_steps
from api.domain.incidents import emergency
from api.domain.incidents import incident as rules
from api.domain.incidents.assignment import HELD, Action, Assignment, AssignmentState, Withdrawal
from api.domain.incidents.conflict import SAME_ADDRESS_M, numbers, said
from api.domain.incidents.deadline import DeadlineKind
from api.domain.incidents.incident import Hazard, IncidentKind
from api.domain.records.events import Event, EventKind
from api.services.citizens import caller_locations
from api.services.context import Deciding, Runtime, deciding
from api.services.desk.by_hand import active, order_for, verify
from api.services.dispatching import assignments as steps
from api.services.dispatching import dispatch, forecasts, offers, progress, waiting
from api.services.incidents.opening import H3_RESOLUTION
from api.services.places.near import words_at
from api.services.records import journal


class IncidentChange(msgspec.Struct, frozen=True, kw_only=True):
    """The changes; UNSET leaves a field as it is, None clears it. `version`: the one the operator saw; None: any."""

    version: int | None = None
    kind: IncidentKind | msgspec.UnsetType = msgspec.UNSET
    priority: int | msgspec.UnsetType = msgspec.UNSET
    place: str | msgspec.UnsetType | None = msgspec.UNSET
    lat: float | msgspec.UnsetType = msgspec.UNSET
    lon: float | msgspec.UnsetType = msgspec.UNSET
    note: str | msgspec.UnsetType | None = msgspec.UNSET
    caller: str | msgspec.UnsetType | None = msgspec.UNSET
    hazards: frozenset[Hazard] | msgspec.UnsetType = msgspec.UNSET
    units_wanted: int | msgspec.UnsetType = msgspec.UNSET
    reason: str | None = None


async def change(runtime: Runtime, actor: Actor, incident_id: UUID, wanted: IncidentChange, now: datetime) -> None:
    """Correct a case. The clock still runs from when it was received; the target becomes that of the new priority."""
    demand(actor, Operation.RUN_INCIDENT)
    async with deciding(runtime, actor, now) as context:
        before = await active(context, incident_id)
        if wanted.version is not None and wanted.version != before.version:
            raise Changed(present={"id": before.id, "version": before.version})
        after = await _worded(context, before, _corrected(context, before, wanted))
        changed = sorted(name for name in before.__struct_fields__ if getattr(before, name) != getattr(after, name))
        if not changed:
            return
        emergency.demand_unchanged(changed, awaits_safety=before.awaits_safety)
        await _save(context.connection, after)
        after = await _declared(context, before, after)
        if after.caller != before.caller:
            await caller_locations.match(context, incident_id, after.caller)
        await waiting.somebody_looked(context, incident_id)
        facts = {"changed": changed}
        await journal.audit(context, "incident.change", incident_id, reason=wanted.reason, **facts)
        happened = Event(EventKind.INCIDENT, incident_id, incident_id, state=after.state)
        journal.event(context, happened)
        if after.dispatching:
            await _look_again(context, before, after)
        await dispatch.tell_units(context, incident_id)


def _corrected(context: Deciding, before: IncidentLock, wanted: IncidentChange) -> IncidentLock:
    given = {
        name: value
        for name in wanted.__struct_fields__
        if name not in {"version", "reason"} and (value := getattr(wanted, name)) is not msgspec.UNSET
    }
    if "hazards" in given:
        given["hazards"] = sorted(given["hazards"])
    after = msgspec.structs.replace(before, **given)
    if after.kind != before.kind:
        needs = needs_of(after.kind, context.station.needs)
        units = max(before.units_wanted, needs.units) if "units_wanted" not in given else after.units_wanted
        after = msgspec.structs.replace(
            after, units_wanted=units, crew_wanted=needs.crew, capabilities=sorted(needs.capabilities)
        )
    if "priority" not in given:
        kinds, hazards = (before.kind, after.kind), (before.hazards, after.hazards)
        after = msgspec.structs.replace(after, priority=rules.corrected_priority(before.priority, kinds, hazards))
    if after.priority != before.priority:
        target = context.target_seconds(after.priority)
        due_at = after.received_at + timedelta(seconds=target)
        after = msgspec.structs.replace(after, target_seconds=target, due_at=due_at)
    return msgspec.structs.replace(after, h3=h3.latlng_to_cell(after.lat, after.lon, H3_RESOLUTION))


async def _worded(context: Deciding, before: IncidentLock, after: IncidentLock) -> IncidentLock:
    """Words of the position follow it; a person's words stay until a person changes them."""
    if after.place != before.place:
        return msgspec.structs.replace(after, place_by_position=False)
    if not before.place_by_position or (before.lat, before.lon) == (after.lat, after.lon):
        return after
    words = await words_at(context.connection, after.lat, after.lon)
    return msgspec.structs.replace(after, place=words.th if words else None, place_by_position=words is not None)


async def _save(connection: Connection, after: IncidentLock) -> None:
    await incidents.change.run(
        connection,
        id=after.id,
        kind=after.kind,
        priority=after.priority,
        place=after.place,
        place_by_position=after.place_by_position,
        lat=after.lat,
        lon=after.lon,
        note=after.note,
        caller=after.caller,
        hazards=after.hazards,
        units_wanted=after.units_wanted,
        crew_wanted=after.crew_wanted,
        capabilities=after.capabilities,
        target_seconds=after.target_seconds,
        due_at=after.due_at,
        h3=after.h3,
    )


async def _declared(context: Deciding, before: IncidentLock, after: IncidentLock) -> IncidentLock:
    """What is said of it now may be what somebody has declared not to handle."""
    told = (after.place, after.note, after.caller)
    if (before.place, before.note, before.caller, before.lat, before.lon) == (*told, after.lat, after.lon):
        return after
    added = await oversight.recuse_declared.run(
        context.connection,
        station_id=context.station_id,
        incident_id=after.id,
        lon=after.lon,
        lat=after.lat,
        said=said(*told),
        numbers=numbers(*told),
        same_address_m=SAME_ADDRESS_M,
        now=context.now,
    )
    return msgspec.structs.replace(after, recused=after.recused or added > 0)


async def _look_again(context: Deciding, before: IncidentLock, after: IncidentLock) -> None:
    """Open offers give way to a unit that is now nearer, or that may handle it; units on their way are measured
    again."""
    live = await assignments.live_of.all(context.connection, incident_id=after.id)
    barred = await _barred(context, after)
    await forecasts.measure(context, after, live)
    held = any(row.state in HELD for row in live)
    moved = (before.lat, before.lon, before.kind) != (after.lat, after.lon, after.kind)
    for row in live:
        if row.state == AssignmentState.OFFERED and row.unit_id in barred:
            await offers.withdraw(context, after, row, Withdrawal.CORRECTED)
        elif row.state == AssignmentState.OFFERED and moved and not held:
            order = await order_for(context, after)
            if first_in_order(order, row.unit_id) != row.unit_id:
                await offers.withdraw(context, after, row, Withdrawal.CORRECTED)
    await dispatch.fill(context, after)
    journal.deadline_by(context, DeadlineKind.FORECAST, after.id, context.now)
    journal.deadline_by(context, DeadlineKind.REPLAN, context.station_id, context.now)


async def _barred(context: Deciding, incident: IncidentLock) -> set[UUID]:
    if not incident.recused:
        return set()
    rows = await oversight.units_in_conflict.all(context.connection, incident_id=incident.id)
    return {row.unit_id for row in rows}


async def take_back(runtime: Runtime, actor: Actor, assignment_id: UUID, reason: str, now: datetime) -> AssignmentRow:
    """The radio room takes back an offer or a job; the case goes to another unit. A repeat changes nothing."""
    demand(actor, Operation.RUN_INCIDENT)
    async with deciding(runtime, actor, now) as context:
        locked = await steps.enter_as(context, assignment_id)
        row = locked.row
        if row.state == AssignmentState.WITHDRAWN:
            return row
        rules_of_steps.advance(Assignment(row.id, row.incident_id, row.unit_id, row.state), Action.WITHDRAW)
        incident = await verify(context, locked.incident)
        await offers.withdraw(context, incident, row, Withdrawal.BY_HAND, by=actor)
        await journal.audit(context, "assignment.withdraw", row.id, reason=reason, unit_id=row.unit_id)
        await dispatch.fill(context, incident)
        await progress.settle_incident(context, incident)
        return msgspec.structs.replace(row, state=AssignmentState.WITHDRAWN)
