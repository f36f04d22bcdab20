"""What a station sets for itself."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import Controller, get, put

from api.db.pool import Database
from api.db.stations import PolicyRow, StandardRow
from api.domain.access.permissions import Actor, Operation, Role
from api.domain.errors import Changed, Invalid
from api.domain.stations.policy import Policy, Priority, targets
from api.live.fanout import Fanout
from api.routes.http.fields import In, Items, Lat, Lon, Name
from api.services.administration import station as administration
from api.services.administration.station import Names
from api.services.context import Runtime
from api.services.stations import policy
from api.services.stations.policy import VersionedPolicy
from api.settings import Settings

_Ring = Annotated[list[tuple[Lon, Lat]], msgspec.Meta(min_length=4, max_length=5000)]


class Polygon(In, kw_only=True):
    """GeoJSON (RFC 7946): rings of [lon, lat], the outer one first, each closed."""

    type: Literal["Polygon"]
    coordinates: Annotated[list[_Ring], msgspec.Meta(min_length=1, max_length=20)]

    def geojson(self) -> str:
        """For the database. Raises Invalid if a ring is not closed."""
        if any(ring[0] != ring[-1] for ring in self.coordinates):
            raise Invalid("area", "a ring is not closed")
        return msgspec.json.encode(self).decode()


class StationIn(In, kw_only=True):
    """`version`: the one the caller saw; if it is no longer the current one, the answer is 409 `changed`."""

    name_th: Name
    name_en: Name
    phone: Annotated[str, msgspec.Meta(pattern=r"^[0-9+*#-]{2,20}$")] | None = None
    area: Polygon
    version: int


class StationOut(msgspec.Struct):
    """`target_seconds` by priority. `area`: null on an officer's phone, which does not draw it, and at the office of a
    province, which has none. `version`: of names,
    phone and area. `jobs_silent`: pushes and deadlines are currently not being processed. `clock_error_seconds`: how
    far a server's clock is off, if more than two seconds."""

    id: UUID
    name_th: str
    name_en: str
    phone: str | None
    lat: float
    lon: float
    area: Polygon | None
    version: int
    demo: bool
    target_seconds: dict[Priority, int]
    offer_seconds: int
    jobs_silent: bool
    jobs_seen_at: datetime | None
    clock_error_seconds: float | None
    now: datetime


class OwnStation(Controller):
    path = "/v1/station"
    tags = ("Station",)

    @get("/", summary="My station and its targets", opt={"operation": Operation.SEE_STATION})
    async def read(self, db: Database, fanout: Fanout, actor: Actor, settings: Settings) -> StationOut:
        return await _station(db, fanout, actor, settings)

    @put("/", summary="Replace names and area", opt={"operation": Operation.SET_STATION, "step_up": True})
    async def write(
        self, db: Database, fanout: Fanout, actor: Actor, settings: Settings, data: StationIn
    ) -> StationOut:
        names, area = Names(data.name_th, data.name_en, data.phone), data.area.geojson()
        try:
            await administration.write(db, actor, names, area, data.version, db.now())
        except Changed:
            raise Changed(present=await _station(db, fanout, actor, settings)) from None
        return await _station(db, fanout, actor, settings)


async def _station(db: Database, fanout: Fanout, actor: Actor, settings: Settings) -> StationOut:
    row, facts = await administration.read(db, actor)
    await fanout.look_at_jobs()
    now = db.now()
    shown = None if actor.role == Role.OFFICER else facts.area
    area = None if shown is None else msgspec.json.decode(shown, type=Polygon)
    return StationOut(
        row.id,
        row.name_th,
        row.name_en,
        row.phone,
        row.lat,
        row.lon,
        area,
        facts.version,
        settings.demo,
        targets(settings.target_seconds, row.targets),
        row.offer_seconds,
        fanout.jobs_silent,
        fanout.jobs_seen_at,
        fanout.clock_error_seconds,
        now,
    )


class PolicyIn(Policy, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`version`: the one the caller saw; if it is no longer the current one, the answer is 409 `changed`."""

    version: int | None = None


class PolicyOut(Policy, frozen=True, kw_only=True):
    """As PUT takes it."""

    version: int


class PolicyVersion(msgspec.Struct):
    version: int
    changed_at: datetime
    written_by: str
    policy: Policy


class StandardOut(msgspec.Struct):
    """`standard`: the most that the province allows; null without one, and at its office."""

    standard: StandardRow | None


class StationPolicy(Controller):
    path = "/v1/policy"
    tags = ("Station",)

    @get("/", summary="The station's policy", opt={"operation": Operation.SEE_STATION})
    async def read(self, runtime: Runtime, actor: Actor) -> PolicyOut:
        return _shown(await policy.read(runtime, actor, runtime.now()))

    @put("/", summary="Replace the station's policy", opt={"operation": Operation.SET_POLICY, "step_up": True})
    async def write(self, runtime: Runtime, actor: Actor, data: PolicyIn) -> PolicyOut:
        wanted = Policy(**{field: getattr(data, field) for field in Policy.__struct_fields__})
        now = runtime.now()
        try:
            return _shown(await policy.write(runtime, actor, wanted, data.version, now))
        except Changed:
            raise Changed(present=_shown(await policy.read(runtime, actor, now))) from None

    @get("/standard", summary="What the province sets", opt={"operation": Operation.SEE_STATION})
    async def standard(self, db: Database, actor: Actor) -> StandardOut:
        return StandardOut(await policy.standard(db, actor))

    @get("/history", summary="Every version of the policy, newest first", opt={"operation": Operation.SEE_STATION})
    async def history(self, db: Database, actor: Actor) -> Items[PolicyVersion]:
        return Items([_version(row) for row in await policy.history(db, actor)])


def _shown(current: VersionedPolicy) -> PolicyOut:
    values = msgspec.structs.asdict(current.policy)
    return PolicyOut(**values, version=current.version)


def _version(row: PolicyRow) -> PolicyVersion:
    return PolicyVersion(row.version, row.changed_at, row.written_by, row.policy.policy)
