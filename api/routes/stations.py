"""What a station sets for itself."""

from datetime import datetime

import msgspec
from litestar import Controller, get, put

from api.db.pool import Database
from api.db.stations import PolicyRow
from api.domain.access.permissions import Actor, Operation
from api.domain.errors import Changed
from api.domain.stations.policy import Policy
from api.routes.http.fields import Items
from api.services.context import Runtime
from api.services.stations import policy
from api.services.stations.policy import VersionedPolicy


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

    @get("/history", summary="Every version of the policy, newest first", opt={"operation": Operation.SEE_STATION})
    async def history(self, db: Database, actor: Actor) -> Items[PolicyVersion]:
        return Items([_version(row) for row in await policy.history(db, actor)])


def _shown(current: VersionedPolicy) -> PolicyOut:
    values = msgspec.structs.asdict(current.policy)
    return PolicyOut(**values, version=current.version)


def _version(row: PolicyRow) -> PolicyVersion:
    return PolicyVersion(row.version, row.changed_at, row.written_by, row.policy.policy)
