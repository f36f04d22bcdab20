"""Tokens for trackers, which report a unit's position besides its officers' phones."""

from uuid import UUID

import msgspec
from litestar import Controller, delete, get, post

from api.db.pool import Database
from api.db.units.trackers import TrackerRow
from api.domain.access.permissions import Actor, Operation
from api.routes.http.fields import Code, In, Items
from api.services.units import trackers
from api.settings import Settings


class TrackerIn(In, kw_only=True):
    label: Code


class TraccarClient(msgspec.Struct):
    """What to type into Traccar Client, or any app that speaks the OsmAnd protocol."""

    server_url: str
    device_identifier: str


class OwnTracks(msgspec.Struct):
    """What to type into OwnTracks, mode HTTP."""

    url: str
    username: str
    password: str


class TrackerMade(msgspec.Struct):
    """The token is shown this once."""

    id: UUID
    unit_id: UUID
    label: str
    token: str
    osmand: TraccarClient
    owntracks: OwnTracks


class Trackers(Controller):
    path = "/v1"
    tags = ("Trackers",)

    @post(
        "/units/{unit_id:uuid}/trackers",
        summary="Issue a token for a tracker of this unit",
        opt={"operation": Operation.RUN_TRACKERS, "secret": True},
    )
    async def add(self, db: Database, actor: Actor, settings: Settings, unit_id: UUID, data: TrackerIn) -> TrackerMade:
        made = await trackers.add(db, actor, unit_id, data.label, db.now())
        address = f"{settings.public_url.rstrip('/')}/v1/ingest"
        return TrackerMade(
            id=made.id,
            unit_id=made.unit_id,
            label=made.label,
            token=made.token,
            osmand=TraccarClient(f"{address}/osmand", made.token),
            owntracks=OwnTracks(f"{address}/owntracks", "unit", made.token),
        )

    @get(
        "/units/{unit_id:uuid}/trackers",
        summary="The trackers of this unit, and when each last called",
        opt={"operation": Operation.RUN_TRACKERS},
    )
    async def listed(self, db: Database, actor: Actor, unit_id: UUID) -> Items[TrackerRow]:
        return Items(await trackers.listed(db, actor, unit_id))

    @delete("/trackers/{tracker_id:uuid}", summary="Revoke a tracker", opt={"operation": Operation.RUN_TRACKERS})
    async def revoke(self, db: Database, actor: Actor, tracker_id: UUID) -> None:
        await trackers.revoke(db, actor, tracker_id, db.now())
