"""`make bench`: each benchmark prints its figure beside a reference measured in the same run; all go to bench.json.

`python -m tests.benchmarks tiles` runs only that one.
"""

import asyncio
import json
import sys
from pathlib import Path

from tests.benchmarks import (
    alert_to_push,
    costs,
    country,
    decisions,
    overload,
    plans,
    positions,
    pushes,
    tiles,
    travel_times,
)

BENCHMARKS = {
    "alert_to_push": alert_to_push.run,
    "costs": costs.run,
    "positions": positions.run,
    "overload": overload.run,
    "country": country.run,
    "pushes": pushes.run,
    "decisions": decisions.run,
    "travel_times": travel_times.run,
    "tiles": tiles.run,
    "plans": plans.run,
}


def main() -> None:
    results = {}
    for name in sys.argv[1:] or BENCHMARKS:
        results[name] = asyncio.run(BENCHMARKS[name]())
        print(f"{name}: {json.dumps(results[name])}", flush=True)
    Path("bench.json").write_text(json.dumps(results, indent=2) + "\n")


main()
