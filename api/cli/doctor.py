"""`sipha doctor`."""

import argparse
import asyncio
import sys

from api.cli.database import with_database
from api.settings import Settings


def commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    about = "look for contradictions in the records, and for what has gone silent; exits 1 and names them"
    commands.add_parser("doctor", help=about, description=about).set_defaults(run=doctor)


def doctor(settings: Settings, _: argparse.Namespace) -> None:
    """As `sipha_jobs`."""
    said = asyncio.run(_examine(with_database(settings, "sipha_jobs").database_url))
    if said:
        print("\n".join(said))
        sys.exit(1)
    print("nothing wrong was found")


async def _examine(url: str) -> list[str]:
    from api.db.pool import open_database
    from api.domain.records.invariants import BROKEN
    from api.services import doctor

    db = await open_database(url, "sipha_jobs", size=2)
    try:
        said = await doctor.complaints(db)
        for one in await doctor.examine(db):
            found = one.finding
            said.append(
                f"station {one.station_id}: {BROKEN[found.invariant]} "
                f"({found.invariant}, {found.subject}, since {found.since:%Y-%m-%d %H:%M:%S} UTC)"
            )
        return said
    finally:
        await db.close()
