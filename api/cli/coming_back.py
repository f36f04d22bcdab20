"""`sipha backup | restore | tokens | resume`."""

import argparse
import asyncio
import os
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from api.cli.database import administrator
from api.services.recovery import backup_term
from api.services.recovery.backup_term import LONGEST_DAYS
from api.settings import Settings, SettingsError


def commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    about = "write everything to FILE, encrypted to a public key, as the database's administrator"
    command = commands.add_parser("backup", help=about, description=about)
    command.add_argument("file", type=Path, metavar="FILE")
    command.add_argument("--recipient", action="append", default=[], metavar="KEY", help=_RECIPIENT)
    command.add_argument("--unencrypted", action="store_true", help="whoever has the file can read it")
    command.add_argument("--keep-days", type=int, default=LONGEST_DAYS, metavar="N", help=_KEEP)
    command.set_defaults(run=backup)
    about = "replace the database with the backup in FILE; nothing is dispatched until `sipha resume`"
    command = commands.add_parser("restore", help=about, description=about)
    command.add_argument("file", type=Path, metavar="FILE")
    command.add_argument("--identity", type=Path, metavar="FILE", help="the private key (age-keygen's, or SSH)")
    command.set_defaults(run=restore)
    about = "after a restore: make new tokens for every station's worker and enroller, and show them once"
    commands.add_parser("tokens", help=about, description=about).set_defaults(run=tokens)
    about = "dispatch again after a restore"
    commands.add_parser("resume", help=about, description=about).set_defaults(run=resume)


_KEEP = f"delete what was backed up into the same folder more than N days ago; at most {LONGEST_DAYS}, the default"
_RECIPIENT = "a public key, age1… or SSH; repeat for more (SIPHA_BACKUP_RECIPIENT, separated by commas)"


def backup(settings: Settings, wanted: argparse.Namespace) -> None:
    """Refuses to write unencrypted unless told to."""
    from api.services.recovery import backup as backups

    to = backups.recipients(wanted.recipient or os.environ.get("SIPHA_BACKUP_RECIPIENT", "").split(","))
    if not to and not wanted.unencrypted:
        raise SettingsError("set SIPHA_BACKUP_RECIPIENT or --recipient to a public key, or pass --unencrypted")
    if not 1 <= wanted.keep_days <= LONGEST_DAYS:
        raise SettingsError(f"--keep-days: from 1 to {LONGEST_DAYS}; what was deleted must not live on in backups")
    with administrator(settings) as url:
        now = asyncio.run(_now(url))
        size = backups.write(url, wanted.file, to)
        gone = backup_term.keep(wanted.file, timedelta(days=wanted.keep_days), now)
    print(f"{wanted.file}: {size} bytes, {'encrypted' if to else 'NOT encrypted'}")
    for name in gone:
        print(f"{wanted.file.with_name(name)}: deleted, older than {wanted.keep_days} days")


async def _now(url: str) -> datetime:
    import asyncpg

    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval("SELECT now()")
    finally:
        await connection.close()


def restore(settings: Settings, wanted: argparse.Namespace) -> None:
    """As the database's administrator. Prints what was ended and what is waiting."""
    import asyncpg

    from api.services.recovery.restore import restore as restore_from

    with administrator(settings) as url:
        try:
            counts = asyncio.run(restore_from(url, wanted.file, wanted.identity, settings.home))
        except asyncpg.PostgresError as error:
            raise SettingsError(f"the restore failed: {str(error).splitlines()[0]}") from None
    print("\n".join(f"{name.replace('_', ' ')}: {count}" for name, count in msgspec.structs.asdict(counts).items()))
    print("restored. Nothing is dispatched: check the open cases, then run `sipha resume`")


def tokens(settings: Settings, _wanted: argparse.Namespace) -> None:
    """As `sipha_jobs`."""
    from api.db.pool import open_database
    from api.services.stations import founding

    async def make(url: str) -> list[founding.NewTokens]:
        db = await open_database(url, "sipha_jobs", size=2)
        try:
            return await founding.new_tokens(db)
        finally:
            await db.close()

    with administrator(settings) as url:
        made = asyncio.run(make(url))
    print(msgspec.json.format(msgspec.json.encode(made)).decode())


def resume(settings: Settings, _wanted: argparse.Namespace) -> None:
    """As `sipha_jobs`."""
    from api.db.pool import open_database
    from api.services.recovery.restore import resume as resume_dispatch

    async def go_on(url: str) -> bool:
        db = await open_database(url, "sipha_jobs", size=2)
        try:
            return await resume_dispatch(db, db.now())
        finally:
            await db.close()

    with administrator(settings) as url:
        waited = asyncio.run(go_on(url))
    print("dispatching again" if waited else "nothing waited: dispatch goes on")
