"""`sipha verify-audit | audit-heads | audit-proof`: as `sipha_jobs`, the only role that can read every station."""

import argparse
import asyncio
import base64
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

import msgspec

from api.cli.database import with_database
from api.db.pool import Database, open_database
from api.settings import Settings, SettingsError

if TYPE_CHECKING:
    from api.services.audit.verification import Verdict

Answer = TypeVar("Answer")
_MOST = 20
_KEYS = "a file of public keys, one a line, that may sign heads; repeat for more (that of SIPHA_AUDIT_KEY always may)"
_HEADS = "heads that were kept elsewhere, as `audit-heads` or the log gives them; - reads standard input"
_ROOTS = "certificates (PEM) of the authorities whose time-stamps are trusted"


def commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    about = "check every audit row against the signed trees and against the heads kept beside the database"
    command = commands.add_parser("verify-audit", help=about, description=about)
    command.add_argument("--head", action="append", default=[], metavar="FILE", help=_HEADS)
    command.add_argument("--public-key", action="append", default=[], type=Path, metavar="FILE", help=_KEYS)
    command.add_argument("--timestamp-root", action="append", default=[], type=Path, metavar="FILE", help=_ROOTS)
    command.set_defaults(run=verify)
    about = "print every station's newest signed head, to be kept where nobody on this machine can change it"
    commands.add_parser("audit-heads", help=about, description=about).set_defaults(run=heads)
    about = "print, as JSON, the proof that an audit row is in its station's signed tree"
    command = commands.add_parser("audit-proof", help=about, description=about)
    command.add_argument("station", type=UUID)
    command.add_argument("row", type=int, metavar="ROW", help="the audit row's id")
    command.set_defaults(run=proof)


def verify(settings: Settings, wanted: argparse.Namespace) -> None:
    """Exits with 1 and a line per problem if a row was changed, removed or inserted, or a tree was truncated."""
    from cryptography import x509

    from api.services.audit import verification
    from api.services.audit.anchors import Anchors
    from api.services.audit.notes import BadNote, Trust

    own = settings.audit_key_file.with_suffix(".pub")
    keys = [*wanted.public_key, *([own] if own.exists() else [])]
    try:
        trust = Trust(line for file in keys for line in _read(file).splitlines())
        given = [head for name in wanted.head for head in trust.heads(_read(Path(name)))]
        roots = [one for file in wanted.timestamp_root for one in x509.load_pem_x509_certificates(_read(file).encode())]
    except (BadNote, ValueError) as error:
        raise SettingsError(str(error)) from None

    async def all_of_it(db: Database) -> list[verification.Verdict]:
        anchored = await verification.anchored(db, Anchors(settings.home), trust)
        return await verification.verify(db, trust, [*given, *anchored], db.now(), roots)

    try:
        verdicts = _asked(settings, all_of_it)
    except BadNote as error:
        sys.exit(f"sipha: a head in {Anchors(settings.home).folder} is not trusted: {error}")
    for verdict in verdicts:
        print("\n".join(_lines(verdict)))
    if any(verdict.problems for verdict in verdicts):
        sys.exit("the audit is NOT whole")
    print("the audit is whole")


def heads(settings: Settings, _: argparse.Namespace) -> None:
    from api.services.audit import tree

    print("\n".join(_asked(settings, tree.newest_notes)), end="")


def proof(settings: Settings, wanted: argparse.Namespace) -> None:
    from api.services.audit import tree

    found = _asked(settings, lambda db: tree.proof_of(db, wanted.station, wanted.row))
    if found is None:
        sys.exit(f"sipha: station {wanted.station} has no audit row {wanted.row} in its tree (sealed once a minute)")
    shown = msgspec.json.encode(found, enc_hook=_text_of)
    print(msgspec.json.format(shown).decode())


def _text_of(value: object) -> str:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)


def _lines(verdict: "Verdict") -> list[str]:
    line = f"station {verdict.station_id}: {verdict.size} rows sealed, {verdict.waiting} to be sealed"
    if verdict.dropped:
        line += f", {verdict.dropped} deleted after their retention period"
    if verdict.timestamps:
        line += f", {verdict.timestamps} time-stamps" + ("" if verdict.stamped else " (not checked: --timestamp-root)")
    told = [f"  {problem}" for problem in verdict.problems[:_MOST]]
    more = len(verdict.problems) - _MOST
    return [line, *told, *([f"  and {more} more"] if more > 0 else [])]


def _read(file: Path) -> str:
    try:
        return sys.stdin.read() if str(file) == "-" else file.read_text()
    except OSError as error:
        raise SettingsError(f"{file}: {error.strerror}") from None


def _asked(settings: Settings, question: Callable[[Database], Awaitable[Answer]]) -> Answer:
    url = with_database(settings, "sipha_jobs").database_url

    async def ask() -> Answer:
        db = await open_database(url, "sipha_jobs", size=2)
        try:
            return await question(db)
        finally:
            await db.close()

    return asyncio.run(ask())
