"""The station's policy: read by all staff, written by the commander, every version kept with its author."""

from datetime import datetime

import msgspec

from api.db import stations
from api.db.pool import Database
from api.db.stations import PolicyRecord, PolicyRow, StandardRow, StationRow
from api.domain.access.permissions import Actor, Operation, demand
from api.domain.dispatching.delegation import KindNeeds
from api.domain.errors import Changed
from api.domain.incidents.incident import IncidentKind
from api.domain.records.events import Event, EventKind
from api.domain.stations import policy as rules
from api.domain.stations.policy import Policy
from api.services.context import Considering, Deciding, Runtime, deciding, reading, without_lock
from api.services.records import journal

_MOST = 200


class VersionedPolicy(msgspec.Struct, frozen=True):
    policy: Policy
    version: int


async def read(runtime: Runtime, actor: Actor, now: datetime) -> VersionedPolicy:
    demand(actor, Operation.SEE_STATION)
    async with reading(runtime.db, actor, now) as context:
        return _present(await without_lock(runtime, context))


async def standard(db: Database, actor: Actor) -> StandardRow | None:
    """What the province sets; None without one, and at its office."""
    demand(actor, Operation.SEE_STATION)
    async with db.looking(actor) as connection:
        return await stations.province_standard.one(connection, station_id=actor.station_id)


async def write(runtime: Runtime, actor: Actor, wanted: Policy, version: int | None, now: datetime) -> VersionedPolicy:
    """Replace the policy, if `version` is still current (None: any).

    Open cases keep their targets, offers their windows. Under the station's lock, so that no decision is
    half by the old and half by the new. Raises Changed, and Invalid if its province allows less.
    """
    demand(actor, Operation.SET_POLICY)
    wanted = rules.checked(wanted)
    async with deciding(runtime, actor, now) as context:
        before = _present(context)
        if version is not None and version != before.version:
            raise Changed(present={"version": before.version})
        standard = await stations.province_standard.one(context.connection, station_id=context.station_id)
        if standard is not None:
            rules.check_against(wanted, standard)
        await stations.save_policy.run(
            context.connection,
            station_id=context.station_id,
            targets=wanted.targets,
            offer_seconds=wanted.offer_seconds,
            delivery_seconds=wanted.delivery_seconds,
            fix_limit_seconds=wanted.fix_limit_seconds,
            alarm_seconds=wanted.alarm_seconds,
            decision_seconds=wanted.decision_seconds,
            automatic_alerts=wanted.automatic_alerts,
            automatic_reports=wanted.automatic_reports,
            needs=_needs(context.station, wanted),
        )
        after = await note_change(context)
        await journal.audit(context, "station.policy", context.station_id, before=before.policy, after=wanted)
        return _present(after)


async def history(db: Database, actor: Actor) -> list[PolicyRow]:
    """Newest first."""
    demand(actor, Operation.SEE_STATION)
    async with db.looking(actor) as connection:
        return await stations.policy_history.all(connection, station_id=actor.station_id, most=_MOST)


async def note_change(context: Deciding) -> Considering:
    """Keep the version that was just written, and tell the screens; returns the context with the new policy."""
    new = await without_lock(context.runtime, context)
    station = new.station
    record = PolicyRecord(_policy(new), station.delegation, station.beat_floor, station.lends_units, station.face_words)
    await stations.keep_policy.run(
        context.connection,
        station_id=context.station_id,
        version=station.version,
        policy=record,
        by=context.actor.id,
        now=context.now,
    )
    journal.event(context, Event(EventKind.STATION, context.station_id))
    return new


def _present(context: Considering) -> VersionedPolicy:
    return VersionedPolicy(_policy(context), context.station.version)


def _policy(context: Considering) -> Policy:
    station = context.station
    kinds = {*station.automatic_alerts, *station.automatic_reports, IncidentKind.SOS}
    return Policy(
        targets=rules.targets(context.runtime.default_target, station.targets),
        offer_seconds=station.offer_seconds,
        delivery_seconds=station.delivery_seconds,
        fix_limit_seconds=station.fix_limit_seconds,
        alarm_seconds=station.alarm_seconds,
        decision_seconds=station.decision_seconds,
        automatic_kinds=sorted(IncidentKind(kind) for kind in kinds),
        units_per_kind={kind: needs.units for kind, needs in station.needs.items()},
    )


def _needs(station: StationRow, wanted: Policy) -> dict[IncidentKind, KindNeeds]:
    """Crew and capabilities belong to the delegation and stay as they are."""
    needs = dict.fromkeys(wanted.units_per_kind, KindNeeds()) | station.needs
    units = wanted.units_per_kind
    return {kind: msgspec.structs.replace(each, units=units.get(kind, 1)) for kind, each in needs.items()}
