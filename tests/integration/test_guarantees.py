"""What the database guarantees by itself: each test tries to break it with SQL, as the app's own role."""

import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from api.demo.cluster import Cluster
from api.services.stations.demo_file import DemoFile

NOW = datetime.now(UTC)
FOREIGN = uuid.uuid4()
INCIDENT = """
INSERT INTO incident (id, station_id, reference, kind, priority, verified, position, received_at, target_seconds,
                      due_at, h3) VALUES ($1, $2, $3, 'theft', 2, true, 'POINT(100.57 13.77)', now(), 900, now(), 1)"""
ASSIGNMENT = """
INSERT INTO assignment (id, station_id, incident_id, unit_id, state, mode, lead, offered_at)
VALUES (gen_random_uuid(), $1, $2, $3, $4, 'offer', $5, now())"""
POINT = """
INSERT INTO time_point (station_id, incident_id, kind, source, server_at) VALUES ($1, $2, 'received', 'system', now())
ON CONFLICT DO NOTHING"""


@pytest.fixture
async def app(cluster: Cluster, station_database: str, model_station: DemoFile) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(cluster.url("sipha_app", station_database))
    await act_for(connection, model_station.station_id)
    yield connection
    await connection.close()


async def act_for(connection: Any, station_id: uuid.UUID | None) -> None:
    value = "" if station_id is None else str(station_id)
    await connection.execute("SELECT set_config('sipha.station_id', $1, false)", value)


async def an_incident(connection: Any, station_id: uuid.UUID) -> uuid.UUID:
    incident_id = uuid.uuid4()
    await connection.execute(INCIDENT, incident_id, station_id, f"26-{incident_id.hex[:5]}")
    return incident_id


async def test_a_unit_holds_one_job_and_is_offered_one(app: Any, model_station: DemoFile) -> None:
    station, unit = model_station.station_id, model_station.units[0].id
    first, second = await an_incident(app, station), await an_incident(app, station)
    await app.execute(ASSIGNMENT, station, first, unit, "accepted", True)
    with pytest.raises(asyncpg.UniqueViolationError):
        await app.execute(ASSIGNMENT, station, second, unit, "en_route", True)
    await app.execute(ASSIGNMENT, station, second, unit, "offered", True)
    with pytest.raises(asyncpg.UniqueViolationError):
        await app.execute(ASSIGNMENT, station, first, unit, "offered", True)


async def test_an_incident_has_one_lead(app: Any, model_station: DemoFile) -> None:
    station, units = model_station.station_id, model_station.units
    incident = await an_incident(app, station)
    await app.execute(ASSIGNMENT, station, incident, units[0].id, "accepted", True)
    with pytest.raises(asyncpg.UniqueViolationError):
        await app.execute(ASSIGNMENT, station, incident, units[1].id, "accepted", True)
    await app.execute(ASSIGNMENT, station, incident, units[1].id, "accepted", False)


async def test_time_points_are_written_once_and_never_changed(app: Any, model_station: DemoFile) -> None:
    incident = await an_incident(app, model_station.station_id)
    assert await app.execute(POINT, model_station.station_id, incident) == "INSERT 0 1"
    assert await app.execute(POINT, model_station.station_id, incident) == "INSERT 0 0"
    for statement in ("UPDATE time_point SET server_at = now()", "DELETE FROM time_point"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await app.execute(statement)


@pytest.mark.parametrize("table", ["event", "audit"])
async def test_logs_are_insert_and_read_only(app: Any, table: str) -> None:
    for statement in (f"UPDATE {table} SET at = now()", f"DELETE FROM {table}", f"TRUNCATE {table}"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await app.execute(statement)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await app.fetch(f"SELECT * FROM {table}_default")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await app.execute("SELECT drop_partition($1, current_date)", table)


async def test_a_forgotten_station_sees_nothing_and_a_foreign_one_only_its_own(
    app: Any, cluster: Cluster, station_database: str, model_station: DemoFile
) -> None:
    """Every table under row-level security: no policy is missing, none is optional for its owner."""
    await an_incident(app, model_station.station_id)
    tables = await app.fetch("""
        SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity FROM pg_class c
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'station_id'
        WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace""")
    assert len(tables) > 25
    for row in tables:
        assert (row["relrowsecurity"], row["relforcerowsecurity"]) == (True, True), row["relname"]
        for asker in (None, FOREIGN):
            await act_for(app, asker)
            assert await app.fetchval(f"SELECT count(*) FROM {row['relname']}") == 0, row["relname"]
    views = await app.fetch(
        "SELECT relname, reloptions FROM pg_class WHERE relkind = 'v' AND relname LIKE ANY($1)",
        ["watchlist_%", "incident_%"],
    )
    assert {row["relname"] for row in views} == {"watchlist_matchable", "incident_time_point"}
    assert all("security_invoker=true" in row["reloptions"] for row in views)
    owner = await asyncpg.connect(cluster.url("sipha_owner", station_database))
    assert await owner.fetchval("SELECT count(*) FROM incident") == 0, "FORCE binds the owner too"
    await owner.close()


async def test_nobody_writes_into_another_station(app: Any, model_station: DemoFile) -> None:
    await act_for(app, FOREIGN)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await an_incident(app, model_station.station_id)


async def test_roles_cannot_rise(cluster: Cluster, app: Any) -> None:
    rows = await app.fetch("SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname LIKE 'sipha\\_%'")
    assert not [row["rolname"] for row in rows if row["rolname"] != "sipha_admin" and (row[1] or row[2])]
    for role in ("sipha_owner", "sipha_jobs", "sipha_definer", "sipha_admin"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await app.execute(f"SET ROLE {role}")


async def test_sharing_is_explicit_and_expires(app: Any, model_station: DemoFile, station_database: str) -> None:
    station = model_station.station_id
    incident = await an_incident(app, station)
    await act_for(app, FOREIGN)
    await app.execute(
        """INSERT INTO station (id, name_th, name_en, area, centre)
        VALUES ($1, 'อื่น', 'Other', 'POLYGON((1 1, 2 1, 2 2, 1 1))', 'POINT(1 1)')""",
        FOREIGN,
    )
    await act_for(app, station)
    officer = await app.fetchval("SELECT id FROM account LIMIT 1")
    await app.execute(
        """INSERT INTO incident_share (incident_id, station_id, to_station_id, shared_by, expires_at)
        VALUES ($1, $2, $3, $4, now() + interval '1 hour')""",
        incident,
        station,
        FOREIGN,
        officer,
    )
    await act_for(app, FOREIGN)
    assert await app.fetchval("SELECT count(*) FROM incident") == 1
    assert await app.execute("UPDATE incident SET note = 'theirs'") == "UPDATE 0"
    await act_for(app, station)
    await app.execute("UPDATE incident_share SET expires_at = now() - interval '1 second'")
    await act_for(app, FOREIGN)
    assert await app.fetchval("SELECT count(*) FROM incident") == 0


async def another_station(cluster: Cluster, database: str) -> uuid.UUID:
    administrator = await asyncpg.connect(cluster.url(database=database))
    station_id = await administrator.fetchval(
        """INSERT INTO station (name_th, name_en, phone, area, centre)
           SELECT 'อื่น', 'Other', phone, area, centre FROM station LIMIT 1 RETURNING id"""
    )
    await administrator.execute("INSERT INTO incident_number (station_id, year, last) VALUES ($1, 26, 0)", station_id)
    await administrator.close()
    return station_id


async def test_nobody_shares_another_stations_case_with_itself(
    app: Any, cluster: Cluster, model_station: DemoFile, station_database: str
) -> None:
    other, officer = await another_station(cluster, station_database), await app.fetchval("SELECT id FROM account")
    await act_for(app, other)
    theirs = await an_incident(app, other)
    await act_for(app, model_station.station_id)
    grant = """INSERT INTO incident_share (incident_id, station_id, to_station_id, shared_by, expires_at)
               VALUES ($1, $2, $2, $3, now() + interval '1 hour')"""
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await app.execute(grant, theirs, model_station.station_id, officer)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await app.execute(grant.replace("$2, $2", "$4, $2"), theirs, model_station.station_id, officer, other)
    assert await app.fetchval("SELECT count(*) FROM incident WHERE id = $1", theirs) == 0


async def test_a_neighbour_reports_how_far_it_is_and_changes_nothing_else(
    app: Any, cluster: Cluster, model_station: DemoFile, station_database: str
) -> None:
    ours, other = model_station.station_id, await another_station(cluster, station_database)
    asked, third = await an_incident(app, ours), await an_incident(app, ours)
    await act_for(app, other)
    aid = await an_incident(app, other)
    await act_for(app, ours)
    ask = """INSERT INTO incident_aid (station_id, incident_id, to_station_id, aid_incident_id, to_name_th, to_name_en,
                                       asked_at) VALUES ($1, $2, $3, $4, '', '', now())"""
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await app.execute(ask, ours, asked, other, third)  # ours, and not the neighbour's
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await app.execute(ask, ours, aid, other, aid)
    await app.execute(ask, ours, asked, other, aid)
    await act_for(app, other)
    assert await app.execute("UPDATE incident_aid SET callsign = '31', arrived_at = now()") == "UPDATE 1"
    for change in (
        "incident_id = aid_incident_id",
        "to_station_id = station_id",
        "asked_at = now()",
        "to_name_th = ''",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await app.execute(f"UPDATE incident_aid SET {change}")


async def test_kept_answers_and_permits_stay_with_their_station(
    app: Any, cluster: Cluster, model_station: DemoFile, station_database: str
) -> None:
    other, who, key = await another_station(cluster, station_database), uuid.uuid4(), uuid.uuid4()
    entry, admin = uuid.uuid4(), await app.fetchval("SELECT id FROM account")
    keep = """INSERT INTO once_only (principal_id, key, station_id, route, content_hash, at)
              VALUES ($1, $2, $3, 'POST /', '', now())"""
    permit = "INSERT INTO watchlist_minor_permit (entry_id, station_id, permitted_by, reason) VALUES ($1, $2, $3, '')"
    await app.execute(keep, who, key, model_station.station_id)
    await app.execute(permit, entry, model_station.station_id, admin)
    await act_for(app, other)
    assert await app.fetchval("SELECT count(*) FROM once_only") == 0
    assert await app.execute("UPDATE once_only SET body = ''") == "UPDATE 0"
    assert await app.execute("DELETE FROM once_only") == "DELETE 0"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await app.execute(keep, who, uuid.uuid4(), model_station.station_id)
    await app.execute(permit, entry, other, admin)  # conflicts with nobody's
    await act_for(app, None)
    assert await app.fetchval("SELECT count(*) FROM once_only") == 0
    await act_for(app, model_station.station_id)
    assert await app.fetchval("SELECT count(*) FROM watchlist_minor_permit") == 1


async def test_requester_and_approver_differ_and_only_valid_entries_match(app: Any, model_station: DemoFile) -> None:
    station = model_station.station_id
    asker, other = [row["id"] for row in await app.fetch("SELECT id FROM account LIMIT 2")]
    add = """INSERT INTO watchlist_entry (id, station_id, label, legal_basis, picture_source, expires_at, requested_by,
                                         approved_by, approved_at, withdrawn_at, content_hash)
             VALUES (gen_random_uuid(), $1, 'x', 'warrant', 'y', $2, $3, $4, $5, $6, '')"""
    later, earlier = datetime(2099, 1, 1, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC)
    with pytest.raises(asyncpg.CheckViolationError):
        await app.execute(add, station, later, asker, asker, NOW, None)
    for expires, approved, withdrawn in ((later, None, None), (earlier, NOW, None), (later, NOW, NOW)):
        await app.execute(add, station, expires, asker, other if approved else None, approved, withdrawn)
    assert await app.fetchval("SELECT count(*) FROM watchlist_matchable") == 0
    await app.execute(add, station, later, asker, other, NOW, None)
    assert await app.fetchval("SELECT count(*) FROM watchlist_matchable") == 0, "an approval bound to nothing"
    await app.execute("UPDATE watchlist_entry SET approved_hash = watchlist_content(id, now()), review_at = expires_at")
    assert await app.fetchval("SELECT count(*) FROM watchlist_matchable") == 1


async def test_a_transaction_that_hangs_is_ended(app: Any) -> None:
    assert await app.fetchval("SHOW idle_in_transaction_session_timeout") == "15s"
    assert await app.fetchval("SHOW statement_timeout") == "15s"
