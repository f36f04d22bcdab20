"""`make bench`: each benchmark prints its figure beside a reference measured in the same run; all go to bench.json."""

import asyncio
import json
from pathlib import Path

from tests.benchmarks import alert_to_push, decisions

BENCHMARKS = {"alert_to_push": alert_to_push.run, "decisions": decisions.run}


def main() -> None:
    results = {}
    for name, run in BENCHMARKS.items():
        results[name] = asyncio.run(run())
        print(f"{name}: {json.dumps(results[name])}", flush=True)
    Path("bench.json").write_text(json.dumps(results, indent=2) + "\n")


main()
