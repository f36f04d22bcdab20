"""The authorisation walk: every call in the OpenAPI document that names an object, made by callers it does not concern.

An object of another station, or of a colleague's job, gets the same answer as a missing one: same status, same body.
Who may call at all is tested in `test_entry.py`, by the table of roles.
"""

import ast
import asyncio
import contextlib
import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
import httpx
import msgspec
import pytest

from api.db.pool import open_database
from api.db.queries import Command, Query, Value, _Named
from api.domain.access.permissions import ALLOWED, Operation, Role
from api.services.stations import founding
from tests.clusters import cheap_passwords
from tests.contract.test_openapi import Inputs, ids_to_hit, thought_up
from tests.integration.test_entry import routes
from tests.site import HERE, Site
from tests.watchlist import MODEL, portrait

ROLES = ("officer", "operator", "commander", "admin", "auditor")
SERVICES = Path(__file__).parents[2] / "api" / "services"


NEEDED = {"/v1/watchlist/pictures/{picture_id}/template": {"problem": "no_face"}}
"""What the document cannot express: one of two fields."""


async def strangers(site: Site) -> dict[Role, httpx.AsyncClient]:
    """Everybody at another station, machines too, each signed in."""
    lat, lon = HERE[0] + 1, HERE[1] + 1
    area = [[lat - 0.01, lon - 0.01], [lat - 0.01, lon + 0.01], [lat + 0.01, lon + 0.01], [lat + 0.01, lon - 0.01]]
    people = [{"role": role, "username": f"stranger-{role}", "display_name": role} for role in ROLES]
    told = {"name_th": "อื่น", "name_en": "Other", "lat": lat, "lon": lon, "area": area, "delegated_by": "nobody"}
    told |= {"account": people, "unit": [{"callsign": "91", "kind": "car"}]}
    db = await open_database(site.cluster.url("sipha_app", site.database), "sipha_app", size=2)
    with cheap_passwords():
        made = await founding.found(db, msgspec.convert(told, founding.Plan), db.now())
    await db.close()
    callers: dict[Role, httpx.AsyncClient] = {}
    for role in ROLES:
        client = callers[Role(role)] = site.client()
        body = {"username": f"stranger-{role}", "password": made.passwords[f"stranger-{role}"]}
        client.headers["x-csrf-token"] = (await client.post("/v1/session", json=body)).json()["csrf_token"]
    callers[Role.WORKER] = site.client(authorization=f"Bearer {made.worker_token}")
    callers[Role.ENROLLER] = site.client(authorization=f"Bearer {made.enroller_token}")
    return callers


class Call(NamedTuple):
    """A call that names an object in its path, with a matching body and query."""

    method: str
    path: str
    operation: Operation
    body: dict[str, Any]
    query: dict[str, Any]

    @property
    def names(self) -> list[str]:
        return re.findall(r"\{(\w+)\}", self.path)


def naming(document: str) -> list[Call]:
    may = {(method, path): operation for method, path, operation in routes()}
    found = []
    for inputs in thought_up(document):
        method, _, path = inputs.operation.partition(" ")
        operation = may.get((method, path))
        if operation is None or "{" not in path or not fits(inputs):
            continue
        bodies = [one.case.body for one in inputs.given if isinstance(one.case.body, dict)]
        body = next((body for body in bodies if all(map(str.isidentifier, body))), {})  # optional ones may be anything
        query = dict(inputs.given[0].case.query or {})
        found.append(Call(method, path, operation, body | NEEDED.get(path, {}), query))
    return found


UUID = re.compile(r"(?i)[0-9a-f-]{36}")


def fits(inputs: Inputs) -> bool:
    return inputs.mode.value == "positive" and bool(inputs.given)


def shape(answer: httpx.Response, *ids: str) -> tuple[int, str]:
    """Status and body, without what differs from call to call: the ids asked for, and the request's own."""
    text = re.sub(r'"request_id":"[^"]*"', "", answer.text)
    for one in ids:
        text = text.replace(one, "<id>")
    return answer.status_code, text


async def asked(caller: httpx.AsyncClient, call: Call, ids: dict[str, str]) -> tuple[int, str]:
    """`ids`: by parameter name; body fields of the same name get them too."""
    used = {name: ids.get(name) or str(uuid.uuid4()) for name in call.names}
    address = re.sub(r"\{(\w+)\}", lambda found: used[found[1]], call.path)
    told = None if call.method == "GET" else {key: ids.get(key, value) for key, value in call.body.items()}
    if call.path.endswith("/pictures"):
        file = {"picture": ("x.jpg", portrait(), "image/jpeg")}
        return shape(await caller.post(address, files=file), *used.values(), *ids.values())
    query = {**call.query, "model": MODEL} if "model" in call.query else call.query
    answer = await caller.request(call.method, address, json=told, params=query)
    said = [value for value in (told or {}).values() if UUID.fullmatch(str(value))]  # either may be looked up first
    return shape(answer, *used.values(), *ids.values(), *said)


@contextlib.contextmanager
def named_queries() -> Iterator[list[str]]:
    """The database queries made meanwhile, in order: they determine how long an answer takes."""
    names: list[str] = []
    others = asyncio.all_tasks()  # the server's own periodic queries

    def noting(work: Callable[..., Any]) -> Callable[..., Any]:
        def noted(query: _Named, *arguments: Any, **values: Any) -> Any:
            if asyncio.current_task() not in others:
                names.append(query.name)
            return work(query, *arguments, **values)

        return noted

    with pytest.MonkeyPatch.context() as patch:
        for kind, name in ((Query, "_one"), (Query, "_all"), (Value, "_get"), (Command, "_run")):
            patch.setattr(kind, name, noting(getattr(kind, name)))
        yield names


async def differing(caller: httpx.AsyncClient, call: Call, known: dict[str, str], answered: Counter[int]) -> list[str]:
    """A sentence if the answer, or the work behind it, reveals that the object exists; `answered` counts by status."""
    with named_queries() as work:
        real = await asked(caller, call, known)
    with named_queries() as least:
        nothing = await asked(caller, call, {name: str(uuid.uuid4()) for name in known})
    answered[real[0]] += 1
    told = [] if real == nothing else [f"{call.method} {call.path}: {real} instead of {nothing}"]
    return told if work == least else [*told, f"{call.method} {call.path}: {work} instead of {least}"]


async def state_of(site: Site) -> dict[str, str]:
    """The station's rows, except logs of who looked."""
    tables = ["incident", "assignment", "alert", "watchlist_entry", "watchlist_picture", "watchlist_template", "unit"]
    tables += ["report", "report_message", "report_photo", "alarm", "camera", "proposal", "machine_token", "session"]
    async with site.as_station() as connection:
        return {
            table: await connection.fetchval(f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t")
            for table in tables
        }


async def test_a_thing_of_another_station_is_as_one_that_does_not_exist(site: Site) -> None:
    known = await ids_to_hit(site)
    document = (await site.client().get("/schema/openapi.json")).text
    calls = await asyncio.to_thread(naming, document)
    callers = await strangers(site)
    for caller in callers.values():
        await caller.get("/v1/me")  # the first use of a token is noted, once a minute
    before, answered = await state_of(site), Counter[int]()
    told: list[str] = []
    for call in calls:
        for role in ALLOWED[call.operation] & callers.keys():
            told += [f"{role} {each}" for each in await differing(callers[role], call, known, answered)]
    assert told == []
    assert answered[404] > 50, f"the walk has become short, or does not get as far as the thing: {answered}"
    assert await state_of(site) == before, "and nothing has changed there"


async def test_a_colleagues_job_is_as_one_that_does_not_exist(site: Site) -> None:
    """The officer of another unit, on the same shift; the radio room's own objects are not theirs either."""
    known = await ids_to_hit(site)
    document = (await site.client().get("/schema/openapi.json")).text
    calls = await asyncio.to_thread(naming, document)
    colleague, before, answered = await site.officer(1, phone=False), await state_of(site), Counter[int]()
    told = []
    for call in calls:
        if Role.OFFICER in ALLOWED[call.operation] and {"assignment_id", "incident_id"} & set(call.names):
            told += await differing(colleague, call, known, answered)
    assert told == []
    assert answered[404] > 8, answered
    assert await state_of(site) == before


async def test_the_database_hides_it_too_when_no_code_asks(site: Site) -> None:
    """The app's role, set to the other station, sees none of the rows that the walk tried to reach."""
    known = await ids_to_hit(site)
    await strangers(site)
    administrator = await asyncpg.connect(site.cluster.url(database=site.database))
    other = await administrator.fetchval("SELECT id FROM station WHERE name_en = 'Other'")
    await administrator.close()
    async with site.as_station() as connection:
        await connection.execute("SELECT set_config('sipha.station_id', $1, false)", str(other))
        for name, table in (
            ("incident_id", "incident"),
            ("assignment_id", "assignment"),
            ("alert_id", "alert"),
            ("entry_id", "watchlist_entry"),
            ("picture_id", "watchlist_picture"),
            ("report_id", "report"),
            ("alarm_id", "alarm"),
            ("camera_id", "camera"),
        ):
            found = await connection.fetchval(f"SELECT count(*) FROM {table} WHERE id = $1", uuid.UUID(known[name]))
            assert found == 0, table


INTERNAL = re.compile(r"^_")
_OPENS = {"Database", "Runtime"}


def unguarded(source: str, module: str) -> list[str]:
    """Public functions that open a database for an actor without looking up the operation in the one table."""
    found = []
    for node in ast.parse(source).body:
        if not isinstance(node, ast.AsyncFunctionDef) or INTERNAL.match(node.name):
            continue
        arguments = {argument.arg: ast.unparse(argument.annotation or ast.Constant("")) for argument in node.args.args}
        if not _OPENS & set(arguments.values()) or arguments.get("actor") != "Actor":
            continue
        calls = {ast.unparse(call.func) for call in ast.walk(node) if isinstance(call, ast.Call)}
        if "demand" not in calls:
            found.append(f"{module}.{node.name}")
    return found


def test_every_use_case_asks_the_table_of_roles_itself() -> None:
    """The route's guard checks too; if one of the two is forgotten, the other one, and this test, catch it."""
    found = {name for file in SERVICES.rglob("*.py") for name in unguarded(file.read_text(), file.stem)}
    assert found == ASKED_ELSEWHERE


ASKED_ELSEWHERE = {
    "caller_links.demand_open",
    "caller_links.locate",
    "caller_links.page",
    "context.deciding",
    "context.entering",
    "context.reading",
    "oversight.note_looks",
    "review.look",
    "sessions.lock",
    "sessions.note_use",
    "sessions.refused",
    "sessions.set_language",
    "sessions.sign_out",
    "shifts.current_shift",
    "tracking.add_photo",
    "tracking.add_word",
    "tracking.move",
    "watchlist.entries_of_alerts",
}
"""The doors that every use case opens after it has checked, calls that signed-in users make for themselves, those
that call another use case that checks, and those of citizens, whom the token of their link has let in."""


@pytest.mark.parametrize(
    "name",
    [
        "desk/incidents",
        "dispatching/assignments",
        "dispatching/shifts",
        "recognition/alert_decisions",
        "recognition/alerts",
        "recognition/watchlist",
    ],
)
def test_a_forgotten_question_is_noticed(name: str) -> None:
    source = (SERVICES / f"{name}.py").read_text()
    asks = re.findall(r"^    demand\(.*\)\n", source, re.MULTILINE)
    assert asks
    for question in set(asks):
        assert unguarded(source.replace(question, "", 1), name), question
