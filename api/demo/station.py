"""The model station: a made-up station in the Huai Khwang area, its people, units, cameras and tokens.

Places are plausible, names are invented, passwords are random; the database is marked as a demo.
"""

import asyncio
import secrets
from datetime import UTC, datetime
from uuid import UUID, uuid4

import asyncpg

from api.db import sessions, stations, units
from api.db.pool import Connection, Database
from api.domain.permissions import Actor, Role
from api.services.demo_file import DemoCamera, DemoFile, DemoLogin, DemoUnit
from api.services.sessions import hash_password, hash_token

CENTRE = (13.7790, 100.5790)
_AREA = [
    (13.7640, 100.5680),
    (13.7655, 100.5905),
    (13.7800, 100.5960),
    (13.7935, 100.5880),
    (13.7930, 100.5690),
    (13.7780, 100.5640),
]
_CAMERAS = [
    ("กล้อง 01 หน้าตลาดตัวอย่าง", 13.7712, 100.5746),
    ("กล้อง 02 แยกตัวอย่างเหนือ", 13.7869, 100.5801),
    ("กล้อง 03 ทางลงสถานีรถไฟฟ้า", 13.7781, 100.5731),
]
_UNITS = [
    ("สายตรวจ 11", "motorcycle", "เขตตรวจ 1", 13.7695, 100.5738),
    ("สายตรวจ 12", "motorcycle", "เขตตรวจ 1", 13.7731, 100.5853),
    ("สายตรวจ 21", "motorcycle", "เขตตรวจ 2", 13.7808, 100.5719),
    ("สายตรวจ 22", "motorcycle", "เขตตรวจ 2", 13.7842, 100.5872),
    ("สายตรวจ 31", "motorcycle", "เขตตรวจ 3", 13.7893, 100.5758),
    ("สายตรวจ 32", "motorcycle", "เขตตรวจ 3", 13.7766, 100.5905),
    ("รถยนต์ 41", "car", "เขตตรวจ 4", 13.7750, 100.5790),
    ("เดินเท้า 51", "foot", "เขตตรวจ 1", 13.7718, 100.5751),
]
_PEOPLE = [
    (Role.OPERATOR, "operator", "พนักงานวิทยุ ตัวอย่าง"),
    (Role.COMMANDER, "commander", "สวป. ตัวอย่าง"),
    (Role.ADMIN, "admin", "ผู้ดูแลระบบ ตัวอย่าง"),
    (Role.AUDITOR, "auditor", "ผู้ตรวจสอบ ตัวอย่าง"),
    (Role.OFFICER, "officer11", "ส.ต.ท. ตัวอย่าง หนึ่ง"),
    (Role.OFFICER, "officer12", "ส.ต.ท. ตัวอย่าง สอง"),
    (Role.OFFICER, "officer21", "ส.ต.ต. ตัวอย่าง สาม"),
    (Role.OFFICER, "officer22", "ส.ต.ต. ตัวอย่าง สี่"),
]
_DECISION_SECONDS = 4 * 3600
"""In the demo a match waits for hours, so that someone who looks later still finds it."""


async def load(db: Database, administrator_url: str, url: str) -> tuple[DemoFile, list[DemoLogin]]:
    """Fill an empty database; returns what goes into demo.json, and the simulated officers, one for each unit."""
    station_id, now = uuid4(), datetime.now(UTC)
    places = [DemoUnit(uuid4(), callsign, lat, lon) for callsign, _, _, lat, lon in _UNITS]
    cameras = [DemoCamera(uuid4(), name, lat, lon) for name, lat, lon in _CAMERAS]
    people = _people(places)
    simulated = [
        DemoLogin("officer", f"sim-{index}", secrets.token_urlsafe(9), unit.id, f"จำลอง {unit.callsign}")
        for index, unit in enumerate(places, start=1)
    ]
    worker, enroller = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    async with db.transaction(Actor(station_id, Role.SYSTEM, station_id)) as connection:
        await _add_station(connection, station_id, now)
        for camera in cameras:
            await stations.add_camera.run(
                connection, id=camera.id, station_id=station_id, name=camera.name, lat=camera.lat, lon=camera.lon
            )
        for unit, (_, kind, beat, _, _) in zip(places, _UNITS, strict=True):
            await units.add.run(
                connection, id=unit.id, station_id=station_id, callsign=unit.callsign, kind=kind, beat=beat
            )
            await units.add_live.run(connection, unit_id=unit.id, station_id=station_id)
        await _add_accounts(connection, station_id, [*people, *simulated])
        await _add_token(connection, station_id, Role.WORKER, worker)
        await _add_token(connection, station_id, Role.ENROLLER, enroller)
    await _mark_demo(administrator_url)
    return DemoFile(url, station_id, people, worker, enroller, cameras, places), simulated


def _people(places: list[DemoUnit]) -> list[DemoLogin]:
    officers = iter(places)
    return [
        DemoLogin(
            role,
            username,
            secrets.token_urlsafe(9),
            next(officers).id if role == Role.OFFICER else None,
            name,
        )
        for role, username, name in _PEOPLE
    ]


async def _add_station(connection: Connection, station_id: UUID, now: datetime) -> None:
    ring = ", ".join(f"{lon} {lat}" for lat, lon in [*_AREA, _AREA[0]])
    await stations.add.run(
        connection,
        id=station_id,
        name_th="สน.ตัวอย่าง (ห้วยขวาง)",
        name_en="Model station (Huai Khwang)",
        phone="191",
        area=f"POLYGON(({ring}))",
        lat=CENTRE[0],
        lon=CENTRE[1],
    )
    await stations.add_policy.run(connection, station_id=station_id, delegated_by="ผกก. ตัวอย่าง", now=now)
    await connection.execute("UPDATE station_policy SET decision_seconds = $1", _DECISION_SECONDS)


async def _add_accounts(connection: Connection, station_id: UUID, logins: list[DemoLogin]) -> None:
    hashes = await asyncio.gather(*(hash_password(login.password) for login in logins))
    for login, password_hash in zip(logins, hashes, strict=True):
        await sessions.add_account.run(
            connection,
            id=uuid4(),
            station_id=station_id,
            role=login.role,
            username=login.username,
            display_name=login.display_name or login.username,
            password_hash=password_hash,
            language="th",
            simulated=login.username.startswith("sim-"),
        )


async def _add_token(connection: Connection, station_id: UUID, role: Role, token: str) -> None:
    await sessions.add_machine_token.run(
        connection,
        id=uuid4(),
        station_id=station_id,
        role=role,
        label=f"demo {role}",
        hash=hash_token(token),
        camera_ids=None,
        alert_kinds=None,
    )


async def _mark_demo(administrator_url: str) -> None:
    connection = await asyncpg.connect(administrator_url)
    try:
        await connection.execute("UPDATE deployment SET demo = true")
    finally:
        await connection.close()
