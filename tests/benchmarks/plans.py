"""How the hottest statements are planned in a large country: 100 stations, a million cases, 50 million positions.

Fails like `tests/integration/test_plans.py`, which holds the same limits at a size that takes seconds. Writing the
country takes a quarter of an hour on two cores, and 16 GB among the temporary files.
SIPHA_BENCH_COUNTRY=0.1 makes a tenth of it.
"""

import os

import asyncpg

from tests import plans, years
from tests.benchmarks.crowd import crowd
from tests.push_receiver import PushReceiver

STATIONS, UNITS = 100, 50
PER_STATION = PER_UNIT = int(10_000 * float(os.environ.get("SIPHA_BENCH_COUNTRY", "1")))
"""Cases of a year, and positions of 30 days."""


async def run() -> dict[str, dict[str, float]]:
    async with crowd(1, PushReceiver()) as town:
        url = town.cluster.url()
        await years.country(url, stations=STATIONS, units=UNITS, cases=PER_STATION, fixes=PER_UNIT)
        administrator = await asyncpg.connect(url)
        large = await plans.large_tables(administrator)
        await administrator.close()
        found = await plans.all_plans(town.cluster)
    for plan in found:
        print(
            f"{plan.name:18} {plan.mode:18} {plan.pages:5} pages {plan.milliseconds:8.2f} ms  {plan.kind}", flush=True
        )
    wrong = [fault for plan in found for fault in plans.faults(plan, large)]
    if wrong:
        raise RuntimeError("\n".join(wrong))
    return {f"{plan.name} {plan.mode}": {"pages": plan.pages, "ms": round(plan.milliseconds, 2)} for plan in found}
