"""A province: its office founds stations, sets what they may only tighten, and sees how they stand."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID, uuid4

import msgspec

from api.db import stations
from api.db.figures import statistics
from api.db.figures.statistics import ComparedStation
from api.db.pool import Database
from api.db.stations import StationNow
from api.domain.access.permissions import Actor, Operation, Role, demand, system_at
from api.domain.errors import DomainError, NotFound, Taken
from api.services.access.passwords import passwords
from api.services.administration.accounts import Invitation, write_invitation
from api.services.context import entering
from api.services.records import journal
from api.services.stations import founding
from api.services.stations.founding import Plan, PlannedPerson


class OfficePerson(PlannedPerson, kw_only=True, frozen=True):
    role: Literal["province", "admin", "auditor"]


class OfficePlan(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """`station`: those to be founded with it. `adopts`: stations that exist and join the province."""

    name_th: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    name_en: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    phone: str = "191"
    lat: Annotated[float, msgspec.Meta(ge=-90, le=90)]
    lon: Annotated[float, msgspec.Meta(ge=-180, le=180)]
    account: Annotated[list[OfficePerson], msgspec.Meta(min_length=1)]
    station: list[Plan] = []
    adopts: list[UUID] = []


class Invited(msgspec.Struct, frozen=True):
    username: str
    invitation: Invitation


class StationFounded(msgspec.Struct, frozen=True):
    """Of one station of a file. `present`: the province has a station of this name, which stays as it is; `refused`:
    nothing of it was written, for the reason of `code` and `facts`. Invitations and tokens are shown once."""

    name_th: str
    state: Literal["founded", "present", "refused"]
    station_id: UUID | None = None
    code: str | None = None
    facts: dict[str, object] = {}
    invitations: list[Invited] = []
    worker_token: str | None = None
    enroller_token: str | None = None


class OfficeFounded(msgspec.Struct, frozen=True):
    """`passwords` by user name, shown once."""

    office_id: UUID
    passwords: dict[str, str]
    stations: list[StationFounded]


async def found_office(db: Database, plan: OfficePlan, now: datetime) -> OfficeFounded:
    """At the shell. Raises Taken if a user name exists or a station to adopt has a province, NotFound if there is none;
    then nothing was written."""
    for station_id in plan.adopts:
        await _check_free(db, station_id)
    office_id = uuid4()
    chosen = {person.username: founding.first_password() for person in plan.account}
    hashes = {username: await passwords.hash(password) for username, password in chosen.items()}
    ids = {person.username: uuid4() for person in plan.account}
    author = Actor(next(iter(ids.values())), Role.PROVINCE, office_id)
    async with entering(db, author, now) as context:
        await stations.add.run(
            context.connection,
            id=office_id,
            name_th=plan.name_th,
            name_en=plan.name_en,
            phone=plan.phone,
            geojson=None,
            lat=plan.lat,
            lon=plan.lon,
            province_id=None,
        )
        await stations.add_policy.run(
            context.connection, station_id=office_id, delegated_by=plan.account[0].display_name, now=now
        )
        people = [(ids[person.username], person, hashes[person.username]) for person in plan.account]
        await founding.add_accounts(context.connection, office_id, people)
        await journal.audit(context, "province.found", office_id, name=plan.name_th)
    for station_id in plan.adopts:
        async with entering(db, Actor(author.id, Role.PROVINCE, station_id), now) as context:
            await stations.join_province.run(context.connection, station_id=station_id, office_id=office_id)
            await journal.audit(context, "station.join_province", station_id, office_id=office_id)
    return OfficeFounded(office_id, chosen, await found(db, author, plan.station, now))


async def _check_free(db: Database, station_id: UUID) -> None:
    async with db.looking(system_at(station_id)) as connection:
        free = await stations.may_join_province.get(connection, station_id=station_id)
    if free is None:
        raise NotFound(station_id=station_id)
    if not free:
        raise Taken(station_id=station_id)


async def found(db: Database, actor: Actor, plans: Sequence[Plan], now: datetime) -> list[StationFounded]:
    """One station after the other, each in a commit of its own: those before one that is refused stay, and the same
    file again founds the rest."""
    demand(actor, Operation.FOUND_STATION)
    async with db.looking(actor) as connection:
        known = await stations.stations_of_province.all(connection, office=actor.station_id)
    present = {station.name_th: station.id for station in known}
    founded = list[StationFounded]()
    for plan in plans:
        if plan.name_th in present:
            founded.append(StationFounded(plan.name_th, "present", present[plan.name_th]))
            continue
        each = await _found_one(db, actor, plan, now)
        if each.station_id is not None:
            present[plan.name_th] = each.station_id
        founded.append(each)
    async with entering(db, actor, now) as context:
        new = [each.station_id for each in founded if each.state == "founded"]
        await journal.audit(context, "province.found_stations", actor.station_id, stations=new)
    return founded


async def _found_one(db: Database, actor: Actor, plan: Plan, now: datetime) -> StationFounded:
    prepared = founding.without_passwords(plan)
    made = prepared.made
    there = Actor(actor.id, actor.role, made.station_id)
    usernames = [account.username for account in plan.account]
    try:
        async with entering(db, there, now, duplicate=Taken(usernames=usernames)) as context:
            await founding.write(context.connection, prepared, now, province=actor.station_id)
            people = zip(usernames, prepared.account_ids, strict=True)
            invited = [Invited(username, await write_invitation(context, id_)) for username, id_ in people]
            await journal.audit(context, "station.found", made.station_id, province=actor.station_id)
    except DomainError as refused:
        return StationFounded(plan.name_th, "refused", code=refused.code, facts=refused.facts)
    return StationFounded(
        plan.name_th,
        "founded",
        made.station_id,
        invitations=invited,
        worker_token=made.worker_token,
        enroller_token=made.enroller_token,
    )


async def listed(db: Database, actor: Actor) -> list[StationNow]:
    """How each of the province's stations stands now."""
    demand(actor, Operation.SEE_PROVINCE)
    async with db.looking(actor) as connection:
        return await stations.province_stations.all(connection, office=actor.station_id)


async def compared(db: Database, actor: Actor, since: date, until: date) -> list[ComparedStation]:
    """Each station's figures over whole days, from its roll-ups: in all, then by priority."""
    demand(actor, Operation.SEE_PROVINCE)
    async with db.looking(actor) as connection:
        return await statistics.compare.all(connection, station_id=actor.station_id, since=since, until=until)
