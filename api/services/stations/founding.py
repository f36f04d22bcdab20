"""Founding a station: its area, units, cameras, first accounts and machine tokens, from one plan, in one commit."""

import asyncio
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID, uuid4

import msgspec

from api.db import stations
from api.db.access import accounts, machine_tokens
from api.db.pool import Connection, Database
from api.db.units import units
from api.domain.access.permissions import Actor, Role, system_at
from api.domain.roads.travel import UnitKind
from api.services.access.passwords import passwords
from api.services.access.sessions import hash_token
from api.services.every_station import station_ids
from api.services.stations.areas import check_area, polygon

_Lat = Annotated[float, msgspec.Meta(ge=-90, le=90)]
_Lon = Annotated[float, msgspec.Meta(ge=-180, le=180)]
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class _Part(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, frozen=True):
    pass


class PlannedUnit(_Part, kw_only=True, frozen=True):
    callsign: _Name
    kind: UnitKind
    beat: str | None = None
    capabilities: list[_Name] = []


class PlannedCamera(_Part, kw_only=True, frozen=True):
    name: _Name
    lat: _Lat
    lon: _Lon


class PlannedPerson(_Part, kw_only=True, frozen=True):
    role: str
    username: _Name
    display_name: _Name
    simulated: bool = False


class PlannedAccount(PlannedPerson, kw_only=True, frozen=True):
    role: Literal["officer", "operator", "commander", "admin", "auditor"]


class Plan(_Part, kw_only=True, frozen=True):
    """`area`: the corners of the station's own polygon as [lat, lon], in order, the first not repeated."""

    name_th: _Name
    name_en: _Name
    phone: str = "191"
    lat: _Lat
    lon: _Lon
    area: Annotated[list[tuple[_Lat, _Lon]], msgspec.Meta(min_length=3, max_length=5000)]
    delegated_by: _Name
    unit: list[PlannedUnit] = []
    camera: list[PlannedCamera] = []
    account: list[PlannedAccount] = []


class Founded(msgspec.Struct):
    """Passwords by user name and the two tokens: shown once, kept only as hashes."""

    station_id: UUID
    unit_ids: list[UUID]
    camera_ids: list[UUID]
    passwords: dict[str, str]
    worker_token: str
    enroller_token: str


class Prepared(msgspec.Struct, frozen=True):
    """A plan with everything slow done: keys drawn and passwords hashed, in the order of the plan's accounts. No hash:
    the person will be invited."""

    plan: Plan
    made: Founded
    account_ids: list[UUID]
    hashes: list[str | None]


async def prepare(plan: Plan) -> Prepared:
    """Takes a moment per account, so no connection is held."""
    made = _draw(plan, {account.username: first_password() for account in plan.account})
    hashes = await asyncio.gather(*(passwords.hash(made.passwords[account.username]) for account in plan.account))
    return Prepared(plan, made, [uuid4() for _ in plan.account], list(hashes))


def first_password() -> str:
    """For somebody who is told it at the shell, and changes it."""
    return secrets.token_urlsafe(9)


def without_passwords(plan: Plan) -> Prepared:
    """For people who are invited to choose their own."""
    return Prepared(plan, _draw(plan, {}), [uuid4() for _ in plan.account], [None for _ in plan.account])


def _draw(plan: Plan, chosen: dict[str, str]) -> Founded:
    return Founded(
        station_id=uuid4(),
        unit_ids=[uuid4() for _ in plan.unit],
        camera_ids=[uuid4() for _ in plan.camera],
        passwords=chosen,
        worker_token=secrets.token_urlsafe(32),
        enroller_token=secrets.token_urlsafe(32),
    )


async def found(db: Database, plan: Plan, now: datetime) -> Founded:
    """Write the whole station or nothing. Raises Taken if a user name exists, Invalid for a bad area."""
    prepared = await prepare(plan)
    station_id = prepared.made.station_id
    async with db.transaction(Actor(station_id, Role.SYSTEM, station_id)) as connection:
        await write(connection, prepared, now)
    return prepared.made


async def write(connection: Connection, prepared: Prepared, now: datetime, *, province: UUID | None = None) -> None:
    """In a transaction of the station's own. Raises as `found` does."""
    plan, made = prepared.plan, prepared.made
    await _add_station(connection, plan, made.station_id, province, now)
    await _add_equipment(connection, plan, made)
    people = zip(prepared.account_ids, plan.account, prepared.hashes, strict=True)
    await add_accounts(connection, made.station_id, people)
    for role, token in ((Role.WORKER, made.worker_token), (Role.ENROLLER, made.enroller_token)):
        await _add_token(connection, made.station_id, role, token)


async def _add_station(
    connection: Connection, plan: Plan, station_id: UUID, province: UUID | None, now: datetime
) -> None:
    area = polygon(plan.area)
    await check_area(connection, station_id, area)
    await stations.add.run(
        connection,
        id=station_id,
        name_th=plan.name_th,
        name_en=plan.name_en,
        phone=plan.phone,
        geojson=area,
        lat=plan.lat,
        lon=plan.lon,
        province_id=province,
    )
    await stations.add_policy.run(connection, station_id=station_id, delegated_by=plan.delegated_by, now=now)


async def _add_equipment(connection: Connection, plan: Plan, made: Founded) -> None:
    for unit_id, unit in zip(made.unit_ids, plan.unit, strict=True):
        await units.add.run(
            connection,
            id=unit_id,
            station_id=made.station_id,
            callsign=unit.callsign,
            kind=unit.kind,
            beat=unit.beat,
            plate=None,
            capabilities=unit.capabilities,
        )
        await units.add_live.run(connection, unit_id=unit_id, station_id=made.station_id)
    for camera_id, camera in zip(made.camera_ids, plan.camera, strict=True):
        await stations.add_camera.run(
            connection,
            id=camera_id,
            station_id=made.station_id,
            name=camera.name,
            lat=camera.lat,
            lon=camera.lon,
            direction=None,
        )


async def add_accounts(
    connection: Connection, station_id: UUID, people: Iterable[tuple[UUID, PlannedPerson, str | None]]
) -> None:
    """`people`: the id of each, and the hash of the first password; none if the person is invited."""
    for account_id, account, password_hash in people:
        await accounts.add.run(
            connection,
            id=account_id,
            station_id=station_id,
            role=account.role,
            username=account.username,
            display_name=account.display_name,
            password_hash=password_hash,
            language="th",
            simulated=account.simulated,
            default_unit_id=None,
        )


class NewTokens(msgspec.Struct, frozen=True):
    """Of one station, shown once, kept only as hashes."""

    station_id: UUID
    worker_token: str
    enroller_token: str


async def new_tokens(db: Database) -> list[NewTokens]:
    """As `sipha_jobs`, after a restore has ended all tokens: a worker's and an enroller's for every station."""
    ids = await station_ids(db)
    made = [NewTokens(station_id, secrets.token_urlsafe(32), secrets.token_urlsafe(32)) for station_id in ids]
    for each in made:
        async with db.transaction(system_at(each.station_id)) as connection:
            for role, token in ((Role.WORKER, each.worker_token), (Role.ENROLLER, each.enroller_token)):
                await _add_token(connection, each.station_id, role, token)
    return made


async def _add_token(connection: Connection, station_id: UUID, role: Role, token: str) -> None:
    await machine_tokens.add.run(
        connection,
        id=uuid4(),
        station_id=station_id,
        role=role,
        label=str(role),
        hash=hash_token(token),
        camera_ids=None,
        alert_kinds=None,
        created_by=None,
    )
