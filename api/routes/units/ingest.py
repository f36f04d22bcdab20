"""Where trackers report, in their own apps' protocols. The token is their only credential and is never logged."""

from datetime import datetime
from typing import Annotated, Any

from litestar import Controller, Request, get, post
from litestar.params import HeaderParameter

from api.db.pool import Database
from api.domain.access.permissions import Actor
from api.domain.errors import TooLarge
from api.domain.incidents.emergency import Spot
from api.domain.units.fix import Fix
from api.routes.units import osmand, owntracks
from api.services.access.recent_callers import RecentCallers
from api.services.context import Runtime
from api.services.dispatching import emergencies
from api.services.units import trackers
from api.services.units.intake import PositionIntake
from api.services.units.positions import Batch, BatchAnswer

_BY_TOKEN = {"public": True, "own_id": True}
_MOST_FIXES = 500
_OSMAND = (
    "`id` is the tracker's token. Query parameters, a form, or the JSON of Traccar Client 9; knots, degrees, metres. "
    "`alarm=sos` is the officer's call for help."
)
_OWNTRACKS = "HTTP Basic, any user name, the tracker's token as password. One message or a list; answers `[]`."


class Ingest(Controller):
    path = "/v1/ingest"
    tags = ("Trackers",)

    @get("/osmand", summary="A fix by the OsmAnd protocol, in the URL", description=_OSMAND, opt=_BY_TOKEN)
    async def osmand_in_address(
        self, runtime: Runtime, intake: PositionIntake, recent: RecentCallers, request: Request[Any, Any, Any]
    ) -> BatchAnswer:
        return await _by_osmand(runtime, intake, recent, request)

    @post(
        "/osmand",
        status_code=200,
        summary="Fixes by the OsmAnd protocol (Traccar Client)",
        description=_OSMAND,
        opt=_BY_TOKEN,
    )
    async def osmand(
        self, runtime: Runtime, intake: PositionIntake, recent: RecentCallers, request: Request[Any, Any, Any]
    ) -> BatchAnswer:
        return await _by_osmand(runtime, intake, recent, request)

    @post("/owntracks", status_code=200, summary="Fixes by OwnTracks", description=_OWNTRACKS, opt=_BY_TOKEN)
    async def owntracks(
        self,
        db: Database,
        intake: PositionIntake,
        recent: RecentCallers,
        request: Request[Any, Any, Any],
        authorization: Annotated[str, HeaderParameter(name="Authorization")] = "",
    ) -> list[str]:
        tracker = await trackers.admit(recent, owntracks.password(authorization))
        await _take(intake, tracker, owntracks.read(await request.body()), db.now())
        return []


async def _by_osmand(
    runtime: Runtime, intake: PositionIntake, recent: RecentCallers, request: Request[Any, Any, Any]
) -> BatchAnswer:
    now = runtime.now()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    told = osmand.read(str(request.url.query), await request.body(), kind, now)
    tracker = await trackers.admit(recent, told.token)
    if told.sos:
        await emergencies.tracker_calls(runtime, tracker, _spot(told.sos_fix), now)
    return await _take(intake, tracker, told.fixes, now)


def _spot(fix: Fix | None) -> Spot | None:
    """Where the alarm was pressed; a place that cannot be is none."""
    possible = fix is not None and abs(fix.lat) <= 90 and abs(fix.lon) <= 180
    return Spot(fix.lat, fix.lon, fix.at) if fix is not None and possible else None


async def _take(intake: PositionIntake, tracker: Actor, fixes: list[Fix], now: datetime) -> BatchAnswer:
    if len(fixes) > _MOST_FIXES:
        raise TooLarge(most=_MOST_FIXES)
    return await intake.take(Batch(tracker, fixes, now))
