"""Backup and restore: all or nothing, what was ended stays ended, and no dispatch until somebody says so."""

import asyncio
import contextlib
import json
import os
import signal
import sys
import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pyrage
import pytest

from api.db.pool import open_database
from api.demo.cluster import Cluster
from api.services.audit import tree, verification
from api.services.audit.anchors import Anchors
from api.services.audit.notes import Trust, signer_from
from api.services.recognition import withdrawals
from api.services.recognition.withdrawals import Journal
from api.settings import SettingsError
from tests.homes import home
from tests.integration.test_stream import some
from tests.site import HERE, Site, alert, incident, report, send_position, until
from tests.watchlist import enrolled

SIPHA = Path(sys.executable).parent / "sipha"


class Said:
    def __init__(self, code: int, out: bytes, err: bytes) -> None:
        self.code, self.out, self.err = code, out.decode(), err.decode()


def start(url: str, home: Path, *arguments: object, **more: str) -> "asyncio.Future[asyncio.subprocess.Process]":
    environment = {**os.environ, "SIPHA_DATABASE_URL": url, "SIPHA_HOME": str(home), **more}
    pipe = asyncio.subprocess.PIPE
    words = [str(word) for word in arguments]
    return asyncio.ensure_future(
        asyncio.create_subprocess_exec(str(SIPHA), *words, env=environment, stdout=pipe, stderr=pipe)
    )


async def sipha(url: str, home: Path, *arguments: object, **more: str) -> Said:
    process = await start(url, home, *arguments, **more)
    out, err = await process.communicate()
    assert process.returncode is not None
    return Said(process.returncode, out, err)


@pytest.fixture
def keys(tmp_path: Path) -> tuple[str, Path]:
    """A public key, and the file with the private one."""
    identity = pyrage.x25519.Identity.generate()
    file = tmp_path / "key.txt"
    file.write_text(f"# made for a test\n{identity}\n")
    return str(identity.to_public()), file


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Cluster]:
    """Another PostgreSQL, with few transactions so far."""
    with home("elsewhere") as folder:
        running = Cluster(folder, throwaway=True)
        running.start()
        yield running
        running.stop()


@contextlib.asynccontextmanager
async def administrator(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


async def test_a_backup_is_whole_or_not_there(
    cluster: Cluster, station_database: str, tmp_path: Path, keys: tuple[str, Path]
) -> None:
    url, file = cluster.url(database=station_database), tmp_path / "night.backup"
    refused = await sipha(url, tmp_path, "backup", file)
    assert refused.code != 0 and "--unencrypted" in refused.err
    assert not file.exists()
    async with administrator(url) as holder, administrator(url) as connection:
        await holder.execute("BEGIN")
        await holder.execute("LOCK TABLE incident IN ACCESS EXCLUSIVE MODE")
        process = await start(url, tmp_path, "backup", file, SIPHA_BACKUP_RECIPIENT=keys[0])
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pg_dump' AND datname = $1"
        await until(lambda: connection.fetchval(waiting, station_database), 30)
        process.send_signal(signal.SIGKILL)
        await process.wait()
        await holder.execute("ROLLBACK")
        assert not file.exists(), "what was killed must not look whole"
        await until(lambda: _no_dump(connection), 30)
    made = await sipha(url, tmp_path, "backup", file, SIPHA_BACKUP_RECIPIENT=keys[0])
    assert made.code == 0, made.err
    assert file.read_bytes().startswith(b"age-encryption.org/")
    assert file.stat().st_mode & 0o077 == 0
    assert b"sipha" not in file.read_bytes()[200:], "encrypted"


async def test_what_was_deleted_does_not_live_on_in_backups(
    cluster: Cluster, station_database: str, tmp_path: Path
) -> None:
    """Past the term a newer backup removes an older one; other files are left alone."""
    url, notes = cluster.url(database=station_database), tmp_path / ".sipha-backups"
    old, recent, other = (tmp_path / name for name in ("old", "recent", "letters.age"))
    for file in (old, recent):
        assert (await sipha(url, tmp_path, "backup", file, "--unencrypted")).code == 0
    other.write_bytes(b"age-encryption.org/v1")
    outside = tmp_path.parent / "outside"
    outside.write_text("x")
    ago = {"old": timedelta(days=8), "recent": timedelta(days=6), "../outside": timedelta(days=99)}
    lines = [json.dumps({"name": name, "at": (datetime.now(UTC) - age).isoformat()}) for name, age in ago.items()]
    notes.write_text("\n".join([*lines, '{"name": "cut of']))
    refused = await sipha(url, tmp_path, "backup", tmp_path / "new", "--unencrypted", "--keep-days", "32")
    assert refused.code != 0 and "--keep-days" in refused.err
    made = await sipha(url, tmp_path, "backup", tmp_path / "new", "--unencrypted", "--keep-days", "7")
    assert made.code == 0, made.err
    assert "old: deleted" in made.out
    assert not old.exists()
    assert all(file.exists() for file in (recent, other, outside, tmp_path / "new"))
    assert sorted(json.loads(line)["name"] for line in notes.read_text().splitlines()) == ["new", "recent"]


async def _no_dump(connection: asyncpg.Connection) -> bool:
    return not await connection.fetchval("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pg_dump'")


async def test_a_backup_that_does_not_open_changes_nothing(
    cluster: Cluster, station_database: str, tmp_path: Path, keys: tuple[str, Path]
) -> None:
    url, file = cluster.url(database=station_database), tmp_path / "night.backup"
    assert (await sipha(url, tmp_path, "backup", file, "--recipient", keys[0])).code == 0
    other = tmp_path / "other.txt"
    other.write_text(str(pyrage.x25519.Identity.generate()))
    cut = tmp_path / "cut.backup"
    cut.write_bytes(file.read_bytes()[: file.stat().st_size * 2 // 3])
    nonsense = tmp_path / "nonsense"
    nonsense.write_bytes(b"not a backup")
    for source, identity in ((file, None), (file, other), (cut, keys[1]), (nonsense, None), (tmp_path / "gone", None)):
        words = () if identity is None else ("--identity", identity)
        said = await sipha(url, tmp_path, "restore", source, *words)
        assert said.code != 0 and "Traceback" not in said.err, said.err
        async with administrator(url) as connection:
            assert await connection.fetchval("SELECT restored_at IS NULL FROM deployment")
            assert await connection.fetchval("SELECT count(*) FROM pg_database WHERE datname LIKE '%restoring'") == 0


async def test_a_killed_restore_lets_nobody_in_until_it_has_finished(
    cluster: Cluster, station_database: str, tmp_path: Path
) -> None:
    url, file = cluster.url(database=station_database), tmp_path / "night.backup"
    await _entry(url)
    assert (await sipha(url, tmp_path, "backup", file, "--unencrypted")).code == 0
    entry = await _late_withdrawal(url)
    process = await start(url, tmp_path, "restore", file)
    async with administrator(cluster.url(database="postgres")) as connection:
        begun = "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)"
        await until(lambda: connection.fetchval(begun, f"{station_database}_restoring"), 30)
        process.send_signal(signal.SIGKILL)
        await process.wait()
    for role, command in (("sipha_app", "serve"), ("sipha_jobs", "jobs")):
        said = await sipha(cluster.url(role, station_database), tmp_path, command, PORT="18999")
        assert said.code != 0 and "restore" in said.err + said.out, said.err
        with pytest.raises(SettingsError, match="restore"):
            await open_database(cluster.url(role, station_database), role)
    again = await sipha(url, tmp_path, "restore", file)
    assert again.code == 0, again.err
    async with administrator(url) as connection:
        assert await connection.fetchval("SELECT restored_at IS NOT NULL FROM deployment")
        reason = await connection.fetchval("SELECT withdraw_reason FROM watchlist_entry WHERE id = $1", entry)
        assert reason == "after the backup", "known to the database that was replaced, also at the second attempt"
    async with administrator(cluster.url(database="postgres")) as connection:
        left = "SELECT array_agg(datname) FROM pg_database WHERE datname LIKE $1 || '\\_%'"
        assert await connection.fetchval(left, station_database) is None


async def _entry(url: str) -> None:
    async with administrator(url) as connection:
        await connection.execute(
            """INSERT INTO watchlist_entry (station_id, label, legal_basis, picture_source, expires_at, requested_by,
                                            content_hash)
               SELECT station_id, 'x', 'x', 'x', now() + interval '9 d', id, '' FROM account LIMIT 1"""
        )


async def _late_withdrawal(url: str) -> uuid.UUID:
    async with administrator(url) as connection:
        return await connection.fetchval(
            "UPDATE watchlist_entry SET withdrawn_at = now(), withdraw_reason = 'after the backup' RETURNING id"
        )


async def test_beneath_a_running_server_the_past_comes_back_ended(site: Site, tmp_path: Path) -> None:
    """Sessions, tokens, offers and withdrawn entries have ended; the watchlist waits; screens reload."""
    url, file = site.cluster.url(database=site.database), tmp_path / "night.backup"
    kept, withdrawn, before = await enrolled(site), await enrolled(site), await enrolled(site)
    operator, commander = await site.sign_in("operator"), await site.sign_in("commander")
    assert (await commander.post(f"/v1/watchlist/{before}/withdraw", json={"reason": "over"})).status_code == 200
    await site.start_jobs()
    officer = await site.officer()
    open_case = (await operator.post("/v1/incidents", json=incident())).json()
    await until(lambda: _state(site, open_case["id"], "offering"))
    assert (await sipha(url, tmp_path, "backup", file, "--unencrypted")).code == 0
    assert (await commander.post(f"/v1/watchlist/{withdrawn}/withdraw", json={"reason": "found"})).status_code == 200
    cursor = (await some(operator, None, 1))[0].id
    restored = await sipha(url, tmp_path, "restore", file)
    assert restored.code == 0, restored.err
    assert (await operator.get("/v1/me")).status_code == 401
    assert (await officer.get("/v1/me")).status_code == 401
    assert (await site.worker().post("/v1/alerts", json={})).status_code == 401
    assert (await site.client().get("/readyz")).json()["restored"] is True
    made = await sipha(url, tmp_path, "tokens")
    again = site.client(authorization=f"Bearer {json.loads(made.out)[0]['worker_token']}")
    assert (await again.post("/v1/alerts", json=alert(site, "crowd"))).status_code == 201
    operator, commander = await site.sign_in("operator"), await site.sign_in("commander")
    await until(lambda: _told(operator, cursor))
    entries = {entry["id"]: entry["state"] for entry in (await commander.get("/v1/watchlist")).json()["items"]}
    assert entries[str(kept)] == "draft", "waits for the commander's word"
    assert (entries[str(withdrawn)], entries[str(before)]) == ("withdrawn", "withdrawn")
    case = (await operator.get(f"/v1/incidents/{open_case['id']}")).json()
    assert (case["state"], case["assignments"][0]["state"]) == ("open", "expired")
    assert case["restored_at"] is not None
    assert [alarm["reason"] for alarm in case["alarms"]] == ["restored"]


async def _told(client: object, cursor: str | None) -> bool:
    return "resync" in {message.kind for message in await some(client, cursor, 2)}  # type: ignore[arg-type]


async def _state(site: Site, incident_id: str, state: str) -> bool:
    async with site.as_station() as connection:
        return await connection.fetchval("SELECT state = $2 FROM incident WHERE id = $1", uuid.UUID(incident_id), state)


async def test_nothing_dispatches_until_resume(site: Site, tmp_path: Path) -> None:
    url, file = site.cluster.url(database=site.database), tmp_path / "night.backup"
    await site.start_jobs()
    await site.officer()
    async with site.as_station() as connection:
        await connection.executemany(
            "INSERT INTO deadline (station_id, kind, subject_id, due_at) VALUES ($1, 'try_again', $2, now() + '1 s')",
            [(site.demo.station_id, uuid.uuid4()) for _ in range(300)],
        )
    assert (await sipha(url, tmp_path, "backup", file, "--unencrypted")).code == 0
    await site.stop_jobs()
    await asyncio.sleep(1)  # on a fast machine they would not yet be due
    restored = await sipha(url, tmp_path, "restore", file)
    assert restored.code == 0, restored.err
    await site.start_jobs()
    pushed = len(site.receiver.of("offer"))
    sent = await site.client().post("/v1/reports", json=report())
    assert sent.status_code == 201
    operator = await site.sign_in("operator")
    case = (await operator.get("/v1/incidents?active=true")).json()["items"][0]
    assert case["reference"] == sent.json()["reference"], "taken, stored and shown"
    by_hand = await operator.post(f"/v1/incidents/{case['id']}/dispatch", json={})
    assert (by_hand.status_code, by_hand.json()["code"]) == (503, "unavailable")
    async with site.as_station() as connection:
        await connection.execute(
            "INSERT INTO deadline (station_id, kind, subject_id, due_at) VALUES ($1, 'replan', $1, now()) "
            "ON CONFLICT (kind, subject_id) DO UPDATE SET due_at = now()",
            site.demo.station_id,
        )
        await asyncio.sleep(3)
        assert await connection.fetchval("SELECT count(*) FROM assignment WHERE incident_id = $1", case["id"]) == 0
        assert await connection.fetchval("SELECT count(*) FROM deadline WHERE kind = 'replan'") == 1
        old = "SELECT count(*) FROM deadline WHERE kind = 'try_again' AND due_at < now()"
        assert await connection.fetchval(old) == 0, "what was due before is not done late, hundreds of times"
        assert len(site.receiver.of("offer")) == pushed
    officer = await site.sign_in("officer")
    await send_position(officer, *HERE)
    said = await sipha(url, tmp_path, "resume")
    assert said.code == 0, said.err
    assert (await site.client().get("/readyz")).json()["restored"] is False
    await until(lambda: len(site.receiver.of("offer")) > pushed, 20)
    assert (await officer.get("/v1/assignments/current")).json()["offer"] is not None


async def test_elsewhere_new_events_and_seals_follow_the_restored_ones(
    site: Site, elsewhere: Cluster, tmp_path: Path, keys: tuple[str, Path]
) -> None:
    """The other PostgreSQL counts its transactions from the start: nothing may wait for it to catch up."""
    url, file = site.cluster.url(database=site.database), tmp_path / "night.backup"
    async with administrator(url) as connection:
        await connection.execute(
            "DO $$ BEGIN FOR n IN 1..30000 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$"
        )
    operator = await site.sign_in("operator")
    await operator.post("/v1/incidents", json=incident(dispatch=False))
    jobs = await open_database(site.cluster.url("sipha_jobs", site.database), "sipha_jobs", size=2)
    signer, anchors = signer_from(tmp_path / "audit.key"), Anchors(tmp_path)
    assert await tree.seal_all(jobs, signer, anchors, datetime.now(UTC)) > 0
    await jobs.close()
    assert (await sipha(url, tmp_path, "backup", file, "--recipient", keys[0])).code == 0
    there = elsewhere.url(database="sipha")
    restored = await sipha(there, tmp_path, "restore", file, "--identity", keys[1])
    assert restored.code == 0, restored.err
    moved = Site(elsewhere, "sipha", site.demo, site.receiver, tmp_path)
    await moved.start()
    try:
        operator = await moved.sign_in("operator")
        cursor = (await some(operator, None, 1))[0].id
        made = [await operator.post("/v1/incidents", json=incident(dispatch=False)) for _ in range(8)]
        heard = {message.subject for message in await some(operator, cursor, 9)}
        assert {each.json()["id"] for each in made} <= heard
    finally:
        await moved.stop()
    jobs = await open_database(elsewhere.url("sipha_jobs"), "sipha_jobs", size=2)
    try:
        trust = Trust([signer.public])
        for _ in range(2):
            heads = await verification.anchored(jobs, anchors, trust)
            (verdict,) = await verification.verify(jobs, trust, heads, datetime.now(UTC))
            assert verdict.problems == [], "a clean restore is no tampering"
            now = datetime.now(UTC)
            sealed = await tree.seal_all(jobs, signer, anchors, now)
        assert (verdict.waiting, sealed) == (0, 0), "what was written since is sealed at once"
    finally:
        await jobs.close()


async def test_beside_a_demo_the_database_is_found_by_its_home(elsewhere: Cluster, tmp_path: Path) -> None:
    file = tmp_path / "demo.backup"
    made = await sipha("", elsewhere.home, "backup", file, "--unencrypted")
    assert made.code == 0, made.err
    assert file.read_bytes().startswith(b"PGDMP")
    nowhere = await sipha("", tmp_path, "backup", file, "--unencrypted")
    assert nowhere.code != 0 and "SIPHA_DATABASE_URL" in nowhere.err


async def test_the_journal_of_withdrawals_outlives_the_database(site: Site, tmp_path: Path) -> None:
    url, file = site.cluster.url(database=site.database), tmp_path / "night.backup"
    entry = await enrolled(site)
    assert (await sipha(url, tmp_path, "backup", file, "--unencrypted")).code == 0
    commander = await site.sign_in("commander")
    assert (await commander.post(f"/v1/watchlist/{entry}/withdraw", json={"reason": "found"})).status_code == 200
    jobs = await open_database(site.cluster.url("sipha_jobs", site.database), "sipha_jobs", size=2)
    journal = Journal(jobs, withdrawals.file_in(tmp_path))
    assert [await journal.write(datetime.now(UTC)) for _ in range(2)] == [1, 0]
    await jobs.close()
    async with administrator(url) as connection:  # the database is lost: only the file and the journal are left
        await connection.execute("UPDATE watchlist_entry SET withdrawn_at = NULL")
    assert (await sipha(url, tmp_path, "restore", file)).code == 0
    async with administrator(url) as connection:
        reason = await connection.fetchval("SELECT withdraw_reason FROM watchlist_entry WHERE id = $1", entry)
    assert reason == "found"
