"""`demo.json`: what a person, or a check from outside, needs to use the demo."""

from uuid import UUID

import msgspec


class DemoLogin(msgspec.Struct, omit_defaults=True):
    role: str
    username: str
    password: str
    unit_id: UUID | None = None
    display_name: str | None = None


class DemoCamera(msgspec.Struct):
    id: UUID
    name: str
    lat: float
    lon: float


class DemoUnit(msgspec.Struct):
    id: UUID
    callsign: str
    lat: float
    lon: float


class DemoFile(msgspec.Struct):
    url: str
    station_id: UUID
    accounts: list[DemoLogin]
    worker_token: str
    enroller_token: str
    cameras: list[DemoCamera]
    units: list[DemoUnit]
