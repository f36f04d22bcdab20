"""What is left behind: logs that follow one request and name nobody, and pictures deleted after their term."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from api.db.pool import open_database
from api.services.records import retention
from tests.acceptance.test_survival import Started, jobs, started
from tests.integration.test_bad_input import jpeg, snapshot
from tests.site import HERE, Site, alert, until

__all__ = ["started"]


async def test_one_request_id_from_the_call_to_the_push_and_no_secret_in_the_log(
    site: Site, started: Started, tmp_path: Path
) -> None:
    await jobs(site, started)
    await site.officer(0)
    worker = site.worker()
    await worker.post("/v1/alerts", json=alert(site, note="SECRET NOTE"), headers={"x-request-id": "trace-15"})
    await until(lambda: site.receiver.of("offer"))
    log = tmp_path / "sipha-jobs.log"

    def lines() -> list[dict[str, object]]:
        parsed = [json.loads(line) for line in log.read_text().splitlines()]
        return [line for line in parsed if line.get("event") == "sent" and line.get("about") == "offer"]

    [sent] = await until(lines)
    assert sent["request_id"] == "trace-15"
    text = log.read_text()
    login = site.login("officer")
    for secret in ("SECRET NOTE", str(HERE[0]), site.demo.worker_token, login.username, str(login.display_name)):
        assert secret not in text
    assert site.receiver.of("offer")[0].data["receipt_token"] not in text


async def test_unconfirmed_pictures_go_after_a_day_and_the_sweep_proves_it(site: Site) -> None:
    kept, gone = alert(site, snapshot=snapshot(jpeg())), alert(site, "crowd", snapshot=snapshot(jpeg()))
    for sent in (kept, gone):
        assert (await site.worker().post("/v1/alerts", json=sent)).status_code == 201
    operator = await site.sign_in("operator")
    assert (await operator.post(f"/v1/alerts/{gone['id']}/confirm", json={})).status_code == 200
    kept, gone = gone, kept  # a confirmed match is kept longer
    db = await open_database(site.cluster.url("sipha_jobs", site.database), "sipha_jobs", size=2)
    try:
        assert (await retention.sweep(db, datetime.now(UTC)))["images"] == 0
        assert (await retention.sweep(db, datetime.now(UTC) + timedelta(hours=25)))["images"] == 1
    finally:
        await db.close()
    assert (await operator.get(f"/v1/alerts/{gone['id']}/snapshot")).status_code == 404
    assert (await operator.get(f"/v1/alerts/{kept['id']}/snapshot")).status_code == 200
    async with site.as_station() as connection:
        rows = await connection.fetch("SELECT facts FROM audit WHERE action = 'retention.sweep' ORDER BY id DESC")
        viewed = await connection.fetchval("SELECT count(*) FROM audit WHERE action = 'alert.snapshot.view'")
    assert json.loads(rows[0]["facts"])["images"] == 1
    assert viewed == 1, "every view is logged"
