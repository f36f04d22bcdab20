"""A neighbouring station with one unit, founded beside the model station."""

from uuid import UUID

import httpx
import msgspec

from api.db.pool import Database
from api.domain.roads.travel import UnitKind
from api.services.stations import founding
from api.services.stations.founding import Plan, PlannedAccount, PlannedUnit
from tests.clusters import cheap_passwords
from tests.site import Site

_PLAN = Plan(
    name_th="สน.ข้างเคียง",
    name_en="Next door",
    lat=13.76,
    lon=100.56,
    area=[(13.75, 100.55), (13.75, 100.57), (13.765, 100.57), (13.765, 100.55)],
    delegated_by="test",
    unit=[PlannedUnit(callsign="นบ 1", kind=UnitKind.CAR)],
    account=[
        PlannedAccount(role="officer", username="next-officer", display_name="officer"),
        PlannedAccount(role="operator", username="next-operator", display_name="operator"),
        PlannedAccount(role="commander", username="next-commander", display_name="commander"),
    ],
)


class Neighbour(msgspec.Struct, frozen=True):
    """Everybody is signed in, nobody on duty. `passwords`: by user name, such as `next-operator`."""

    unit_id: UUID
    officer: httpx.AsyncClient
    operator: httpx.AsyncClient
    commander: httpx.AsyncClient
    passwords: dict[str, str]


async def found(site: Site, db: Database) -> Neighbour:
    with cheap_passwords():
        made = await founding.found(db, _PLAN, db.now())
    people = {
        username.removeprefix("next-"): await site.sign_in_as(username, password)
        for username, password in made.passwords.items()
    }
    return Neighbour(made.unit_ids[0], **people, passwords=made.passwords)


async def lend(neighbour: Neighbour) -> None:
    """From now on others may ask for its unit."""
    written = (await neighbour.commander.get("/v1/delegation")).json()
    del written["delegated_by"], written["delegated_at"]
    answer = await neighbour.commander.put("/v1/delegation", json=written | {"lends_units": True})
    assert answer.json()["lends_units"] is True
