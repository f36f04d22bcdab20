"""`sipha account add | disable | enable | reset | end-sessions`: locks out a lost phone from the server's command
line."""

import argparse
import asyncio
from uuid import UUID

import msgspec

from api.cli.database import with_database
from api.settings import Settings, SettingsError

_ACTIONS = {
    "add": "make an account; shows its first password once",
    "disable": "lock an account: its sessions, streams and phones end at once",
    "enable": "let it sign in again",
    "reset": "give it a new password, shown once, and end its sessions and its second factor",
    "end-sessions": "end its sessions and streams; the password stays",
}


def commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    about = "add, lock or reset an account, or end its sessions; every change is in the audit"
    account = commands.add_parser("account", help=about, description=about)
    account.set_defaults(run=run)
    actions = account.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, help_ in _ACTIONS.items():
        action = actions.add_parser(name, help=help_, description=help_)
        action.add_argument("username")
        if name == "add":
            action.add_argument("--station", type=UUID, required=True, metavar="ID")
            action.add_argument("--role", required=True, help="officer, operator, commander, admin or auditor")
            action.add_argument("--display-name", required=True, metavar="NAME")


def run(settings: Settings, wanted: argparse.Namespace) -> None:
    """As `sipha_app`."""
    from api.db.pool import open_database
    from api.domain.access.permissions import STAFF, Role
    from api.domain.errors import DomainError
    from api.services.access import shell

    async def carry_out() -> object:
        db = await open_database(with_database(settings, "sipha_app").database_url, "sipha_app", size=2)
        try:
            match wanted.action:
                case "add":
                    if wanted.role not in STAFF:
                        raise SettingsError(f"--role must be one of {', '.join(sorted(STAFF))}")
                    planned = shell.NewAccount(Role(wanted.role), wanted.username, wanted.display_name)
                    return await shell.add(db, wanted.station, planned, db.now())
                case "reset":
                    return await shell.reset(db, wanted.username, db.now())
                case "end-sessions":
                    return await shell.end_sessions(db, wanted.username, db.now())
                case _:
                    locked = wanted.action == "disable"
                    return await shell.lock(db, wanted.username, db.now(), locked=locked)
        finally:
            await db.close()

    try:
        done = asyncio.run(carry_out())
    except DomainError as error:
        raise SettingsError(f"{wanted.username}: {error.code}") from None
    print(msgspec.json.format(msgspec.json.encode(done)).decode())
