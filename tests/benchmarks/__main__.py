"""`make bench`: each benchmark prints its figure beside a reference measured in the same run; all go to bench.json.

`python -m tests.benchmarks tiles` runs only that one. `plans` runs only when it is named: it fills a country, which
takes a quarter of an hour and 16 GB of disk.
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
    places,
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
    "places": places.run,
    "plans": plans.run,
}
AT_REQUEST = {"plans"}


def main() -> None:
    results = {}
    for name in sys.argv[1:] or [name for name in BENCHMARKS if name not in AT_REQUEST]:
        results[name] = asyncio.run(BENCHMARKS[name]())
        print(f"{name}: {json.dumps(results[name])}", flush=True)
    Path("bench.json").write_text(json.dumps(results, indent=2) + "\n")


main()
