"""create_app(): the only place that wires the parts together."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import structlog
from litestar import Litestar, Router
from litestar.config.app import AppConfig
from litestar.datastructures import State
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme
from litestar.plugins.prometheus import PrometheusConfig
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from api import telemetry
from api.db.pool import Database, open_database
from api.db.stations import read_deployment
from api.live.fanout import Fanout
from api.routes import audit, places, premises, road_closures, roads, stations
from api.routes.access import declarations, own_account, passkeys, session
from api.routes.administration import accounts, beats, machine_tokens, provinces, rosters
from api.routes.citizens import callers, reports
from api.routes.desk import alarms, hand_overs, incidents, legal_holds, report_desk, restriction
from api.routes.dispatching import assignments, emergencies, messages, proposals
from api.routes.figures import statistics
from api.routes.http import admission, compression, edge, errors, gate, health, metrics, pwa, repeats, stream
from api.routes.notifying import push
from api.routes.recognition import alerts, cameras, watchlist
from api.routes.units import ingest, trackers, units
from api.services.access import keys
from api.services.access.recent_callers import RecentCallers
from api.services.citizens.link_tokens import Tokens
from api.services.context import Runtime
from api.services.roads.in_service import RoadsInService
from api.services.roads.tiles import Tiles
from api.services.units.intake import PositionIntake
from api.settings import Settings, SettingsError

_log = structlog.get_logger()

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_END_SECONDS = 2
_HEADERS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "geolocation=(self), camera=(self), microphone=()",
}


def create_app(settings: Settings) -> ASGIApp:
    telemetry.configure(settings.log_level)
    litestar = create_litestar(settings)
    admitted = admission.Admission(litestar)
    litestar.state["calm"] = admitted.calm
    return SecurityHeaders(edge.RequestScope(admitted, settings), settings)


def openapi_document(settings: Settings) -> str:
    """The OpenAPI document as indented JSON; needs no database."""
    schema = create_litestar(settings).openapi_schema.to_schema()
    return msgspec.json.format(msgspec.json.encode(schema)).decode()


def create_litestar(settings: Settings) -> Litestar:
    return Litestar(
        route_handlers=[
            session.Session,
            own_account.OwnAccount,
            passkeys.Passkeys,
            accounts.Accounts,
            accounts.Invitations,
            machine_tokens.MachineTokens,
            alerts.Alerts,
            cameras.Cameras,
            watchlist.Watchlist,
            callers.CallerLocations,
            callers.CallersPage,
            reports.Reports,
            report_desk.ReportDesk,
            incidents.Incidents,
            legal_holds.LegalHolds,
            premises.PremisesWarnings,
            restriction.Restrictions,
            hand_overs.HandOvers,
            hand_overs.OpenHandOvers,
            messages.Messages,
            restriction.Oversight,
            declarations.Declarations,
            alarms.Alarms,
            alarms.FallbackChannels,
            proposals.Proposals,
            proposals.StationDelegation,
            stations.OwnStation,
            stations.StationPolicy,
            beats.Beats,
            rosters.Rosters,
            provinces.Province,
            audit.Audit,
            assignments.Assignments,
            emergencies.Emergencies,
            units.Units,
            trackers.Trackers,
            ingest.Ingest,
            push.Push,
            stream.stream,
            statistics.Statistics,
            statistics.public_figures,
            roads.Roads,
            road_closures.RoadClosures,
            places.Places,
            health.Health,
            metrics.Metrics,
            pwa.app_file,
        ],
        guards=[gate.admit],
        middleware=[
            PrometheusConfig(app_name="sipha", group_path=True).middleware,
            compression.Compression,
            repeats.OnceOnly,
        ],
        exception_handlers=errors.HANDLERS,
        dependencies=_dependencies(),
        lifespan=[_lifespan],
        openapi_config=_openapi(),
        request_max_body_size=64 * 1024,
        on_app_init=[_remember(settings)],
    )


def _dependencies() -> dict[str, Provide]:
    def provide(name: str) -> Provide:
        async def get(state: State) -> Any:
            return getattr(state, name)

        return Provide(get)

    parts = {
        name: provide(name)
        for name in ("db", "runtime", "roads", "settings", "fanout", "tokens", "push_key", "tiles", "recent", "intake")
    }
    return parts | {
        "actor": Provide(gate.actor_of, sync_to_thread=False),
        "identity": Provide(gate.identity_of, sync_to_thread=False),
    }


def _remember(settings: Settings) -> Any:
    def on_init(config: AppConfig) -> AppConfig:
        config.state["settings"] = settings
        return config

    return on_init


@asynccontextmanager
async def _lifespan(app: Litestar) -> AsyncGenerator[None, None]:
    settings: Settings = app.state.settings
    db = await open_database(settings.database_url, "sipha_app", size=settings.serve_connections)
    roads = RoadsInService()
    try:
        await _check_deployment(db, settings)
        app.state.db, app.state.fanout = db, Fanout(db)
        app.state.roads, app.state.tiles = roads, Tiles(db, roads)
        app.state.runtime = Runtime(db, roads, settings.target_seconds)
        app.state.tokens = Tokens(await keys.token_key(db))
        app.state.push_key = keys.public_key(await keys.vapid(db))
        app.state.recent, app.state.intake = RecentCallers(db), PositionIntake(db, app.state.calm)
        await app.state.fanout.start()
        following = asyncio.create_task(roads.follow(db, settings.database_url, "sipha_app"), name="roads")
        yield
        following.cancel()
        stopping = [asyncio.create_task(part.stop()) for part in (app.state.fanout, app.state.intake)]
        await asyncio.wait([following, *stopping], timeout=_END_SECONDS)
    finally:
        await db.close()  # whatever still waits for a hung database has lost its connection now


async def _check_deployment(db: Database, settings: Settings) -> None:
    async with db.stationless() as connection:
        deployment = await read_deployment.one(connection)
    if deployment is None:
        raise SettingsError("the database is not set up: run `sipha migrate`")
    if deployment.demo and not settings.demo:
        raise SettingsError("this is the demo's database, with known accounts: it is not served outside `sipha demo`")


def _openapi() -> OpenAPIConfig:
    return OpenAPIConfig(
        title="Sipha",
        version="0.1.0",
        description="The right patrol there in under fifteen minutes. Times are RFC 3339, positions WGS 84.",
        openapi_router=Router("/schema", route_handlers=[], opt={"public": True}, include_in_schema=False),
        components=Components(
            security_schemes={
                "session": SecurityScheme(type="apiKey", security_scheme_in="cookie", name="sipha_session"),
                "token": SecurityScheme(type="http", scheme="bearer"),
            }
        ),
        render_plugins=[],
    )


class SecurityHeaders:
    """Headers on every response, errors included; API responses are not cached unless they say so themselves."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        extra = {"strict-transport-security": "max-age=31536000"} if settings.secure else {}
        self._app = app
        self._headers = [(name.encode(), value.encode()) for name, value in (_HEADERS | extra).items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *self._headers]
                if scope["path"].startswith("/v1") and not _says_how_to_keep(message["headers"]):
                    message["headers"].append((b"cache-control", b"no-store"))
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


def _says_how_to_keep(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    return any(name.lower() == b"cache-control" for name, _ in headers)
