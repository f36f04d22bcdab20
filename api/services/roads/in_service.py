"""Travel times, routes and reach by the road network in service in this process; without one, by straight line."""

import asyncio
import time
from collections.abc import Sequence
from uuid import UUID

import asyncpg
import msgspec
import numpy as np
import structlog
from numpy.typing import NDArray

from api.db import roads as rows
from api.db.absence import AWAY, outage
from api.db.pool import Database
from api.db.roads import NetworkRow
from api.domain.roads.closure import hinders_walkers
from api.domain.roads.travel import EtaSource, Goal, Start, TravelTimes
from api.roads import messages
from api.roads.closing import Closing
from api.roads.eta import great_circle, straight_line
from api.roads.messages import as_array, as_bytes
from api.roads.profiles import PROFILES
from api.services.roads.client import ProcessEnded, RoadProcess

_log = structlog.get_logger()
_LOOK_SECONDS = 2.0
_AGAIN_SECONDS = 10.0
_HUNG_SECONDS = 30.0
_DECISION_SECONDS = 2.0
_SCREEN_SECONDS = 10.0
"""A person who looks at a map can wait longer than a decision."""


class Way(msgspec.Struct, frozen=True):
    """`coordinates` are [longitude, latitude]."""

    coordinates: list[tuple[float, float]]
    seconds: float
    metres: float
    source: EtaSource


class RoadsInService:
    """The network named in the database, and the process that has loaded it. Implements `domain.roads.travel.Roads`.

    Nothing here raises or keeps a decision waiting: if the network is missing, loading, dead or slow, a straight line
    answers, labelled as one. `follow` keeps the network and its closures up to date.
    """

    def __init__(self) -> None:
        self.network: NetworkRow | None = None
        """As last seen in the database; it answers from when its process has loaded it."""
        self._loaded: int | None = None
        self._process: RoadProcess | None = None
        self._closed: list[UUID] = []
        """The closures that the process has been told."""

    @property
    def ready(self) -> bool:
        """Whether questions are answered by road."""
        return self._living() is not None

    async def follow(self, db: Database, url: str, role: str) -> None:
        """Until cancelled: load the network in service into its own process, and restart that if it dies."""
        try:
            while True:
                wait = _LOOK_SECONDS
                try:
                    await self._look(db, url, role)
                except AWAY as error:
                    outage.noticed(error)
                except (ProcessEnded, asyncpg.PostgresError) as error:
                    _log.warning("no road network for now", error=str(error))
                    wait = _AGAIN_SECONDS
                await asyncio.sleep(wait)
        finally:
            await self._replace(None, None)

    async def travel_times(self, goals: Sequence[Goal], starts: Sequence[Start], speed_m_per_s: float) -> TravelTimes:
        """By road where both ends lie on the net; else by straight line over the station's speed, and labelled so."""
        straight = straight_line(goals, starts, speed_m_per_s)
        road = await self._by_road(goals, starts)
        by_road = np.isfinite(road)
        seconds = np.where(by_road, road, straight)
        return TravelTimes([goal.id for goal in goals], [start.unit_id for start in starts], seconds, by_road)

    async def _by_road(self, goals: Sequence[Goal], starts: Sequence[Start]) -> NDArray[np.float64]:
        process, shape = self._living(), (len(goals), len(starts))
        if process is None or not goals or not starts:
            return np.full(shape, np.inf)
        question = messages.TimesAsked(process.next_id(), _until(_DECISION_SECONDS), _packed(goals), _starting(starts))
        answer = await process.ask(question, messages.Times)
        return np.full(shape, np.inf) if answer is None else as_array(answer.seconds).reshape(shape)

    async def soonest(
        self, starts: Sequence[Start], places: Sequence[Goal], within_seconds: float, speed_m_per_s: float
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Seconds to each place from the start that is soonest there, infinite beyond the limit; and whether by
        road."""
        if not starts or not places:
            return np.full(len(places), np.inf), np.zeros(len(places), dtype=np.bool_)
        straight = straight_line(places, starts, speed_m_per_s)
        process, road = self._living(), np.full(len(places), np.inf)
        if process is not None:
            question = messages.SoonestAsked(
                process.next_id(), _until(_SCREEN_SECONDS), _starting(starts), _packed(places), within_seconds
            )
            answer = await process.ask(question, messages.Soonest)
            if answer is not None:
                road = as_array(answer.seconds)
                on = (as_array(answer.places_on)[:, None] > 0) & (as_array(answer.starts_on)[None, :] > 0)
                straight = np.where(on, np.inf, straight)
        seconds = np.minimum(road, np.min(straight, axis=1))
        return np.where(seconds <= within_seconds, seconds, np.inf), road <= seconds

    async def route(self, start: Start, goal: Goal, speed_m_per_s: float) -> Way:
        process = self._living()
        if process is not None:
            question = messages.RouteAsked(
                process.next_id(),
                _until(_SCREEN_SECONDS),
                (start.lat, start.lon),
                (goal.lat, goal.lon),
                PROFILES.index(start.kind),
            )
            answer = await process.ask(question, messages.RouteFound)
            if answer is not None and answer.route is not None:
                return Way(answer.route.coordinates, answer.route.seconds, answer.route.metres, EtaSource.ROAD)
        seconds = float(straight_line([goal], [start], speed_m_per_s)[0, 0])
        metres = float(great_circle([goal], [start])[0, 0])
        return Way([(start.lon, start.lat), (goal.lon, goal.lat)], seconds, metres, EtaSource.STRAIGHT_LINE)

    async def _look(self, db: Database, url: str, role: str) -> None:
        """Load what the database names; the old network answers until the new one is ready, and knows its closures."""
        async with db.stationless() as connection:
            self.network = await rows.current.one(connection)
        if self.network is None:
            await self._replace(None, None)
        elif self.network.id != self._loaded or not self._well():
            wanted = self.network.id
            process = await RoadProcess.start(messages.Load(url, role, wanted))
            try:
                closed = await _tell_closures(db, process, [])
            except BaseException:
                await process.stop()
                raise
            await self._replace(wanted, process)
            self._closed = closed
        elif self._process is not None:
            self._closed = await _tell_closures(db, self._process, self._closed)

    def _well(self) -> bool:
        return self._process is not None and self._process.alive and self._process.silent_seconds < _HUNG_SECONDS

    def _living(self) -> RoadProcess | None:
        return self._process if self._process is not None and self._process.alive else None

    async def _replace(self, loaded: int | None, process: RoadProcess | None) -> None:
        old, self._loaded, self._process = self._process, loaded, process
        if old is not None:
            await (old.stop() if process is None else old.retire(_SCREEN_SECONDS))


async def _tell_closures(db: Database, process: RoadProcess, told: list[UUID]) -> list[UUID]:
    """Returns what the process knows now: if it does not answer, still `told`."""
    async with db.stationless() as connection:
        ids = [row.id for row in await rows.in_force.all(connection, now=db.now())]
        if ids == told:
            return told
        shapes = await rows.shapes.all(connection, ids=ids)
    closings = [Closing(each.geometry, each.speed_factor, hinders_walkers(each.kind)) for each in shapes]
    question = messages.CloseAsked(process.next_id(), _until(_SCREEN_SECONDS), closings)
    answer = await process.ask(question, messages.Closed)
    if answer is None:
        return told
    _log.info("road closures in force", closures=len(ids), stretches=answer.stretches)
    return ids


def _until(seconds: float) -> float:
    return time.monotonic() + seconds


def _packed(places: Sequence[Goal] | Sequence[Start], profiles: bytes = b"") -> messages.Places:
    lat, lon = (as_bytes([getattr(place, axis) for place in places]) for axis in ("lat", "lon"))
    return messages.Places(lat, lon, profiles)


def _starting(starts: Sequence[Start]) -> messages.Places:
    return _packed(starts, bytes(PROFILES.index(start.kind) for start in starts))
