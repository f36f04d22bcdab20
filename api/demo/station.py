"""The model station: a made-up station in the Huai Khwang area, its people, units, cameras and tokens.

Places are plausible, names are invented, passwords are random; the database is marked as a demo.
"""

from datetime import datetime
from typing import Literal

import asyncpg
import msgspec

from api.db.pool import Database
from api.demo import history
from api.domain.access.permissions import Actor, Role
from api.domain.roads.travel import UnitKind
from api.services.stations import founding
from api.services.stations.demo_file import DemoCamera, DemoFile, DemoLogin, DemoUnit
from api.services.stations.founding import Plan, PlannedAccount, PlannedCamera, PlannedUnit, Prepared

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
_UNITS: list[tuple[str, UnitKind, str, float, float]] = [
    ("สายตรวจ 11", UnitKind.MOTORCYCLE, "เขตตรวจ 1", 13.7695, 100.5738),
    ("สายตรวจ 12", UnitKind.MOTORCYCLE, "เขตตรวจ 1", 13.7731, 100.5853),
    ("สายตรวจ 21", UnitKind.MOTORCYCLE, "เขตตรวจ 2", 13.7808, 100.5719),
    ("สายตรวจ 22", UnitKind.MOTORCYCLE, "เขตตรวจ 2", 13.7842, 100.5872),
    ("สายตรวจ 31", UnitKind.MOTORCYCLE, "เขตตรวจ 3", 13.7893, 100.5758),
    ("สายตรวจ 32", UnitKind.MOTORCYCLE, "เขตตรวจ 3", 13.7766, 100.5905),
    ("รถยนต์ 41", UnitKind.CAR, "เขตตรวจ 4", 13.7750, 100.5790),
    ("เดินเท้า 51", UnitKind.FOOT, "เขตตรวจ 1", 13.7718, 100.5751),
]
_Role = Literal["officer", "operator", "commander", "admin", "auditor"]
_PEOPLE: list[tuple[_Role, str, str]] = [
    ("operator", "operator", "พนักงานวิทยุ ตัวอย่าง"),
    ("commander", "commander", "สวป. ตัวอย่าง"),
    ("admin", "admin", "ผู้ดูแลระบบ ตัวอย่าง"),
    ("auditor", "auditor", "ผู้ตรวจสอบ ตัวอย่าง"),
    ("officer", "officer11", "ส.ต.ท. ตัวอย่าง หนึ่ง"),
    ("officer", "officer12", "ส.ต.ท. ตัวอย่าง สอง"),
    ("officer", "officer21", "ส.ต.ต. ตัวอย่าง สาม"),
    ("officer", "officer22", "ส.ต.ต. ตัวอย่าง สี่"),
]
_DECISION_SECONDS = 4 * 3600
"""In the demo a match waits for hours, so that it is still there for someone who looks later."""


class Model(msgspec.Struct, frozen=True):
    """The station before it is written. `simulated`: the simulated officers, one per unit."""

    prepared: Prepared
    demo: DemoFile
    simulated: list[DemoLogin]


async def prepare(url: str) -> Model:
    prepared = await founding.prepare(_plan())
    made = prepared.made
    units = [
        DemoUnit(unit_id, callsign, lat, lon)
        for unit_id, (callsign, _, _, lat, lon) in zip(made.unit_ids, _UNITS, strict=True)
    ]
    cameras = [
        DemoCamera(camera_id, name, lat, lon)
        for camera_id, (name, lat, lon) in zip(made.camera_ids, _CAMERAS, strict=True)
    ]
    officers = iter(units)
    people = [
        DemoLogin(role, username, made.passwords[username], next(officers).id if role == "officer" else None, name)
        for role, username, name in _PEOPLE
    ]
    simulated = [
        DemoLogin("officer", account.username, made.passwords[account.username], unit.id, account.display_name)
        for account, unit in zip(_simulated(), units, strict=True)
    ]
    demo = DemoFile(url, made.station_id, people, made.worker_token, made.enroller_token, cameras, units)
    return Model(prepared, demo, simulated)


async def write(db: Database, model: Model, past: history.Month | None, now: datetime) -> None:
    """Station and history in one commit, so that a killed start leaves both or neither."""
    station_id = model.demo.station_id
    async with db.transaction(Actor(station_id, Role.SYSTEM, station_id)) as connection:
        await founding.write(connection, model.prepared, now)
        await connection.execute("UPDATE station_policy SET decision_seconds = $1, face_words = 1", _DECISION_SECONDS)
        if past is not None:
            await history.write(connection, past)


async def mark_demo(administrator_url: str) -> None:
    connection = await asyncpg.connect(administrator_url)
    try:
        await connection.execute("UPDATE deployment SET demo = true WHERE NOT demo")
    finally:
        await connection.close()


def _plan() -> Plan:
    people = [PlannedAccount(role=role, username=username, display_name=name) for role, username, name in _PEOPLE]
    return Plan(
        name_th="สน.ตัวอย่าง (ห้วยขวาง)",
        name_en="Model station (Huai Khwang)",
        lat=13.7790,
        lon=100.5790,
        area=_AREA,
        delegated_by="ผกก. ตัวอย่าง",
        unit=[PlannedUnit(callsign=callsign, kind=kind, beat=beat) for callsign, kind, beat, _, _ in _UNITS],
        camera=[PlannedCamera(name=name, lat=lat, lon=lon) for name, lat, lon in _CAMERAS],
        account=[*people, *_simulated()],
    )


def _simulated() -> list[PlannedAccount]:
    return [
        PlannedAccount(role="officer", username=f"sim-{index}", display_name=f"จำลอง {callsign}", simulated=True)
        for index, (callsign, *_) in enumerate(_UNITS, start=1)
    ]
