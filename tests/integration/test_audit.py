"""The audit's trees: valid while nobody tampers, and every kind of tampering is reported, including a truncated end."""

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import msgspec
import pytest
from aiohttp import web
from cryptography import x509

from api.db.pool import Database, open_database
from api.domain.audit import merkle
from api.services.audit import timestamps, tree, verification
from api.services.audit.anchors import Anchors
from api.services.audit.notes import Signer, Trust, signer_from
from api.services.audit.sealing import Sealing
from api.services.audit.timestamps import NoTimestamp
from api.services.audit.verification import Verdict
from api.settings import ROOT
from tests.site import Site, incident


class Audit:
    """A station's audit with two heads, and the copies kept outside the database."""

    def __init__(self, site: Site, db: Database, home: Path) -> None:
        self.site, self.db, self.home = site, db, home
        self.signer: Signer = signer_from(home / "audit.key")
        self.trust = Trust([self.signer.public])
        self.anchors = Anchors(home)

    async def seal(self) -> int:
        return await tree.seal_all(self.db, self.signer, self.anchors, datetime.now(UTC))

    async def act(self) -> None:
        operator = await self.site.sign_in("operator")
        assert (await operator.post("/v1/incidents", json=incident(dispatch=False))).status_code == 201

    async def verdict(self, *notes: str, anchored: bool = False, trust: Trust | None = None) -> Verdict:
        trust = trust or self.trust
        heads = [head for note in notes for head in trust.heads(note)]
        heads += await verification.anchored(self.db, self.anchors, trust) if anchored else []
        (found,) = await verification.verify(self.db, trust, heads, datetime.now(UTC))
        return found

    async def meddle(self, *statements: str) -> None:
        """As somebody with full control of the database machine."""
        administrator = await asyncpg.connect(self.site.cluster.url(database=self.site.database))
        for statement in statements:
            await administrator.execute(statement)
        await administrator.close()


@pytest.fixture
async def audit(site: Site, tmp_path: Path) -> AsyncIterator[Audit]:
    async with opened(site, tmp_path) as found:
        for _ in range(2):
            await found.act()
            assert await found.seal() == 1
        assert await found.seal() == 0, "nothing new, no head"
        verdict = await found.verdict(anchored=True)
        assert (verdict.problems, verdict.waiting) == ([], 0)
        assert verdict.size > 3
        yield found


@asynccontextmanager
async def opened(site: Site, home: Path) -> AsyncIterator[Audit]:
    db = await open_database(site.cluster.url("sipha_jobs", site.database), "sipha_jobs", size=2)
    try:
        yield Audit(site, db, home)
    finally:
        await db.close()


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE audit SET reason = 'something else' WHERE id = (SELECT min(id) FROM audit)", "was changed"),
        ("UPDATE audit SET at = at + interval '1 second' WHERE id = (SELECT min(id) FROM audit)", "was changed"),
        ("DELETE FROM audit WHERE id = (SELECT min(id) FROM audit)", "was removed"),
        (
            """INSERT INTO audit (station_id, tx, actor_id, role, action)
               SELECT station_id, tx, actor_id, role, 'slipped in' FROM audit ORDER BY id LIMIT 1""",
            "was slipped in",
        ),
        ("UPDATE audit_leaf SET hash = sha256('') WHERE position = 1", "row"),
        ("DELETE FROM audit_leaf WHERE position = 1", "leaf 1 of the tree is missing"),
        ("DELETE FROM audit_head WHERE size = (SELECT max(size) FROM audit_head)", "its newest head only"),
        ("UPDATE audit_head SET root = sha256('')", "is signed for something else"),
        ("UPDATE audit_head SET note = replace(note, '2026', '2025')", "forged signature"),
    ],
)
async def test_meddling_is_told(audit: Audit, statement: str, told: str) -> None:
    await audit.meddle(statement)
    problems = (await audit.verdict()).problems
    assert any(told in problem for problem in problems), problems


CUT = (
    """DELETE FROM audit WHERE (tx, id) IN (SELECT l.tx, l.audit_id FROM audit_leaf l WHERE l.position >=
         (SELECT min(size) FROM audit_head))""",
    "DELETE FROM audit_leaf WHERE position >= (SELECT min(size) FROM audit_head)",
    "DELETE FROM audit_head WHERE size > (SELECT min(size) FROM audit_head)",
)
GONE = ("DELETE FROM audit", "DELETE FROM audit_leaf", "DELETE FROM audit_head")


@pytest.mark.parametrize("statements", [CUT, GONE], ids=["the end", "everything"])
async def test_what_is_cut_off_without_a_trace_is_told_by_a_head_that_was_kept_elsewhere(
    audit: Audit, statements: tuple[str, ...]
) -> None:
    (note,) = await tree.newest_notes(audit.db)
    await audit.meddle(*statements)
    assert (await audit.verdict()).problems == [], "by itself the rest looks whole"
    assert "was cut" in (await audit.verdict(note)).problems[0]
    assert "was cut" in (await audit.verdict(anchored=True)).problems[0], "the file beside `sipha jobs` tells it too"
    await audit.act()
    assert await audit.seal() == 1, "what is written since is sealed all the same"
    assert "does not hold the head" in (await audit.verdict(anchored=True)).problems[0], "and does not cover it up"


async def test_rewritten_history_is_told_although_it_is_sealed_anew(audit: Audit) -> None:
    (note,) = await tree.newest_notes(audit.db)
    await audit.meddle(
        "DELETE FROM audit_leaf", "DELETE FROM audit_head", "UPDATE audit SET reason = 'another' WHERE id % 2 = 0"
    )
    assert await audit.seal() == 1
    assert (await audit.verdict()).problems == []
    assert "is not the same" in (await audit.verdict(note)).problems[0]


async def test_a_head_that_somebody_else_signed_is_not_believed(audit: Audit, tmp_path: Path) -> None:
    stranger = signer_from(tmp_path / "elsewhere" / "audit.key")
    await audit.meddle("DELETE FROM audit_head", "DELETE FROM audit_leaf")
    assert await tree.seal_all(audit.db, stranger, Anchors(tmp_path / "elsewhere"), datetime.now(UTC)) == 1
    (problem,) = (await audit.verdict()).problems
    assert "signed by an unknown key" in problem
    assert (await audit.verdict(trust=Trust([audit.signer.public, stranger.public]))).problems == []


async def test_the_app_can_seal_nothing(audit: Audit) -> None:
    async with audit.site.as_station() as connection:
        for table in ("audit_leaf", "audit_head", "audit_timestamp", "audit_seal"):
            assert await connection.fetch(f"SELECT * FROM {table}") is not None
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(f"INSERT INTO {table} SELECT * FROM {table}")


async def test_what_was_deleted_as_its_time_was_over_is_counted_and_no_problem(audit: Audit) -> None:
    await audit.meddle(
        "UPDATE audit_leaf SET at = at - interval '500 days' WHERE position = 0",
        "DELETE FROM audit WHERE id = (SELECT audit_id FROM audit_leaf WHERE position = 0)",
    )
    verdict = await audit.verdict(anchored=True)
    assert (verdict.problems, verdict.dropped) == ([], 1)


async def test_a_proof_shows_that_a_row_is_in_the_signed_tree(audit: Audit) -> None:
    station_id = audit.site.demo.station_id
    async with audit.site.as_station() as connection:
        ids = [row["id"] for row in await connection.fetch("SELECT id FROM audit ORDER BY id")]
    for row in ids:
        proof = await tree.proof_of(audit.db, station_id, row)
        assert proof is not None
        (head,) = audit.trust.heads(proof.note)
        leaf = merkle.leaf_hash(proof.content.encode())
        assert msgspec.json.decode(proof.content.encode())["id"] == row
        assert merkle.is_included(leaf, proof.index, head.size, proof.hashes, head.root)
    assert await tree.proof_of(audit.db, station_id, max(ids) + 1) is None


async def test_two_sealers_at_once_make_one_tree(site: Site, tmp_path: Path) -> None:
    async with opened(site, tmp_path) as one, opened(site, tmp_path) as other:
        for _ in range(5):
            await one.act()
            assert sum(await asyncio.gather(one.seal(), other.seal())) == 1
        assert (await one.verdict(anchored=True)).problems == []
    assert other.signer.public == one.signer.public


async def test_without_a_place_for_its_key_the_jobs_go_on_and_seal_later(audit: Audit) -> None:
    (audit.home / "file").write_text("")
    settings = msgspec.structs.replace(audit.site.settings, home=audit.home / "file")
    await audit.act()
    await Sealing(audit.db, settings).once()
    assert (await audit.verdict(anchored=True)).waiting > 0
    await Sealing(audit.db, msgspec.structs.replace(settings, home=audit.home)).once()
    assert (await audit.verdict(anchored=True)).waiting == 0


def sipha(site: Site, home: Path, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    url = site.cluster.url("sipha_jobs", site.database)
    environment = {**os.environ, "SIPHA_DATABASE_URL": url, "SIPHA_HOME": str(home)}
    command = [str(ROOT / ".venv/bin/sipha"), *words]
    return subprocess.run(command, env=environment, input=given, capture_output=True, text=True, check=False)


async def test_the_commands_tell_the_same(audit: Audit, tmp_path: Path) -> None:
    site, home = audit.site, audit.home
    whole = await asyncio.to_thread(sipha, site, home, "verify-audit")
    assert (whole.returncode, whole.stdout.splitlines()[-1]) == (0, "the audit is whole")
    kept = (await asyncio.to_thread(sipha, site, home, "audit-heads")).stdout
    shown = await asyncio.to_thread(sipha, site, home, "audit-proof", str(site.demo.station_id), "1")
    assert msgspec.json.decode(shown.stdout.encode())["note"] == kept
    elsewhere = tmp_path / "another-machine"
    elsewhere.mkdir()
    unknown = await asyncio.to_thread(sipha, site, elsewhere, "verify-audit")
    assert unknown.returncode == 1
    assert "unknown key" in unknown.stdout
    public = ("--public-key", str(home / "audit.pub"))
    there = await asyncio.to_thread(sipha, site, elsewhere, "verify-audit", *public, "--head", "-", given=kept)
    assert there.returncode == 0, there.stdout
    await audit.meddle(*CUT)
    assert (await asyncio.to_thread(sipha, site, elsewhere, "verify-audit", *public)).returncode == 0, "nothing is left"
    for where, more in ((elsewhere, (*public, "--head", "-")), (home, ())):
        cut = await asyncio.to_thread(sipha, site, where, "verify-audit", *more, given=kept)
        assert (cut.returncode, cut.stderr.strip()) == (1, "the audit is NOT whole")
        assert "was cut" in cut.stdout
    forged = await asyncio.to_thread(
        sipha, site, home, "verify-audit", "--head", "-", given=kept.replace("sipha/", "x/")
    )
    assert (forged.returncode, "no note" in forged.stderr) == (1, True)


class Authority:
    """An RFC 3161 time-stamp authority, using openssl."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "v3").write_text("extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n")
        (folder / "ts.cnf").write_text(
            f"[tsa]\ndefault_tsa=it\n[it]\nserial={folder}/serial\ncrypto_device=builtin\nsigner_cert={folder}/tsa.pem\n"
            f"signer_key={folder}/tsa.key\nsigner_digest=sha256\ndefault_policy=1.2.3.4.1\n"
            "digests=sha256\nordering=yes\ntsa_name=yes\ness_cert_id_chain=no\ness_cert_id_alg=sha256\n"
        )
        (folder / "serial").write_text("01\n")
        root = ["-x509", "-subj", "/CN=Test root", "-days", "30", "-keyout", "root.key", "-out", "root.pem"]
        self._openssl("req", "-newkey", "rsa:2048", "-nodes", *root)
        self._openssl(
            "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=Test", "-keyout", "tsa.key", "-out", "tsa.csr"
        )
        made = ["-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-days", "30", "-extfile", "v3"]
        self._openssl("x509", "-req", "-in", "tsa.csr", "-out", "tsa.pem", *made)
        self.root = x509.load_pem_x509_certificate((folder / "root.pem").read_bytes())
        self.asked, self.status = 0, 200

    async def answer(self, request: web.Request) -> web.Response:
        assert request.content_type == "application/timestamp-query"
        self.asked += 1
        (self.folder / "query").write_bytes(await request.read())
        self._openssl("ts", "-reply", "-config", "ts.cnf", "-queryfile", "query", "-out", "reply")
        reply = (self.folder / "reply").read_bytes()
        return web.Response(body=reply, status=self.status, content_type="application/timestamp-reply")

    def _openssl(self, *words: str) -> None:
        subprocess.run(["openssl", *words], cwd=self.folder, check=True, capture_output=True)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        app = web.Application()
        app.router.add_post("/stamp", self.answer)
        runner = web.AppRunner(app)
        await runner.setup()
        place = web.TCPSite(runner, "127.0.0.1", 0)
        await place.start()
        try:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}/stamp"
        finally:
            await runner.cleanup()


async def test_an_authority_says_when_a_head_was_there(audit: Audit, tmp_path: Path) -> None:
    folder = tmp_path / "tsa"
    folder.mkdir()
    authority = Authority(folder)
    async with authority.listening() as url:
        now = datetime.now(UTC)
        assert await timestamps.stamp_all(audit.db, url, now) == 1
        assert await timestamps.stamp_all(audit.db, url, now) == 0, "the head has one"
        await audit.act()
        await audit.seal()
        assert await timestamps.stamp_all(audit.db, url, now) == 0, "one an hour is enough"
        authority.status = 503
        with pytest.raises(NoTimestamp):
            await timestamps.stamp_all(audit.db, url, now + timedelta(hours=2))
        authority.status = 200
        assert await timestamps.stamp_all(audit.db, url, now + timedelta(hours=2)) == 1
        assert authority.asked == 3
    (verdict,) = await verification.verify(audit.db, audit.trust, [], now, [authority.root])
    assert (verdict.timestamps, verdict.stamped, verdict.problems) == (2, True, [])
    (folder / "other").mkdir()
    other = Authority(folder / "other")
    (verdict,) = await verification.verify(audit.db, audit.trust, [], now, [other.root])
    assert len(verdict.problems) == 2, "somebody else's authority"
    await audit.meddle("UPDATE audit_timestamp SET size = 0 WHERE size = (SELECT min(size) FROM audit_timestamp)")
    (verdict,) = await verification.verify(audit.db, audit.trust, [], now, [authority.root])
    assert "was removed" in verdict.problems[0]
