"""How a simulated patrol moves: along the sample streets if they are in service, else in a straight line."""

import math
from pathlib import Path

import httpx

from api.demo.streets import FILE
from api.domain.roads.travel import UnitKind
from api.roads.extract import read_extract
from api.roads.network import Network
from api.roads.profiles import PROFILES
from api.roads.route import find_route

_METRES_PER_DEGREE = 111_000.0
_THERE_M = 15.0

Place = tuple[float, float]
"""Latitude and longitude."""


async def sample_network(url: str, home: Path) -> Network | None:
    """None if real streets are in service, because the sample's would lead through houses."""
    file = home / FILE
    async with httpx.AsyncClient(base_url=url, timeout=10) as http:
        network = (await http.get("/v1/tiles")).json()["network"]
    if network is None or network["source"] != FILE or not file.exists():
        return None
    extract = read_extract(file, lambda things, _: things)
    return Network(extract.stretches, extract.lines(0, len(extract.stretches.source)), extract.bounds)


class Course:
    def __init__(self, here: Place, network: Network | None) -> None:
        self.here = self._goal = here
        self._network = network
        self._ahead: list[Place] = []

    def head_for(self, goal: Place, kind: UnitKind) -> None:
        if goal != self._goal:
            self._goal, self._ahead = goal, [*self._streets(goal, kind), goal]

    def go(self, metres: float) -> bool:
        """Advances along the course; True on arrival."""
        while self._ahead:
            north, east = self._ahead[0][0] - self.here[0], self._ahead[0][1] - self.here[1]
            east *= math.cos(math.radians(self.here[0]))
            left = math.hypot(north, east) * _METRES_PER_DEGREE
            if left > metres:
                share, (lat, lon), (to_lat, to_lon) = metres / left, self.here, self._ahead[0]
                self.here = (lat + share * (to_lat - lat), lon + share * (to_lon - lon))
                return len(self._ahead) == 1 and left - metres < _THERE_M
            metres -= left
            self.here = self._ahead.pop(0)
        return True

    def _streets(self, goal: Place, kind: UnitKind) -> list[Place]:
        route = find_route(self._network, self.here, goal, PROFILES.index(kind)) if self._network else None
        return [] if route is None else [(lat, lon) for lon, lat in route.coordinates]
