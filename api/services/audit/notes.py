"""Signed heads of the audit's trees, in the form that transparency logs use: C2SP's signed note with a tlog checkpoint.

    sipha/<station>
    <size>
    <root, base64>
    generation <the database's>
    <time>

    — sipha <key's hash and signature, base64>

The signature is Ed25519 over the text above the blank line. The private key is a file on the machine of `sipha jobs`,
never in the database: whoever owns the database can write any tree, but not sign it.
"""

import base64
import binascii
import hashlib
import os
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

NAME = "sipha"
_ED25519 = b"\x01"
_NOTE = re.compile(
    r"\n*sipha/(?P<station>[0-9a-f-]{36})\n(?P<size>\d{1,18})\n(?P<root>[A-Za-z0-9+/=]{44})\n"
    r"generation (?P<generation>[0-9a-f-]{36})\n(?P<at>[0-9T:.Z+-]{20,40})\n\n(?P<signatures>(?:— [^\n]+\n)+)"
)


class Head(msgspec.Struct, frozen=True):
    """A tree of `size` audit rows; `generation` is the database's, which a restore renews."""

    station_id: UUID
    generation: UUID
    size: int
    root: bytes
    at: datetime

    def text(self) -> str:
        root = base64.b64encode(self.root).decode()
        at = self.at.astimezone(UTC).isoformat().replace("+00:00", "Z")
        return f"{NAME}/{self.station_id}\n{self.size}\n{root}\ngeneration {self.generation}\n{at}\n"


class BadNote(Exception):
    """One sentence: why a note is not believed."""


class Signer:
    """`public` is the line that goes into a file elsewhere, so that notes can be checked there."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self._raw = _ED25519 + private.public_key().public_bytes_raw()
        self.public = f"{NAME}+{_key_hash(self._raw).hex()}+{base64.b64encode(self._raw).decode()}"

    def note(self, head: Head) -> str:
        text = head.text()
        signed = _key_hash(self._raw) + self._private.sign(text.encode())
        return f"{text}\n— {NAME} {base64.b64encode(signed).decode()}\n"


def signer_from(file: Path) -> Signer:
    """The key in `file`, made at the first start; its public half is written beside it. Raises OSError or BadNote."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        _write_once(file, Ed25519PrivateKey.generate().private_bytes_raw())
    try:
        signer = Signer(Ed25519PrivateKey.from_private_bytes(file.read_bytes()))
    except ValueError:
        raise BadNote(f"{file} holds no Ed25519 key of 32 bytes") from None
    public = file.with_suffix(".pub")
    if not public.exists() or public.read_text().strip() != signer.public:
        public.write_text(signer.public + "\n")
    return signer


class Trust:
    """The public keys that are believed."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._keys: dict[bytes, Ed25519PublicKey] = {}
        for line in filter(None, (line.strip() for line in lines)):
            self._keys.update([_public_key(line)])

    def heads(self, notes: str) -> list[Head]:
        """Every head in a text that holds one note or many, one after the other; raises BadNote."""
        found: list[Head] = []
        at = 0
        while notes[at:].strip():
            match = _NOTE.match(notes, at)
            if match is None:
                raise BadNote("this is no note of an audit's head")
            found.append(self._head(match))
            at = match.end()
        return found

    def _head(self, match: re.Match[str]) -> Head:
        head = Head(
            UUID(match["station"]),
            UUID(match["generation"]),
            int(match["size"]),
            base64.b64decode(match["root"]),
            datetime.fromisoformat(match["at"]),
        )
        text = match.string[match.start("station") - len(f"{NAME}/") : match.start("signatures") - 1]
        unknown: list[str] = []
        for line in match["signatures"].splitlines():
            signed = _decoded(line.rsplit(" ", 1)[-1])
            key = self._keys.get(signed[:4])
            if key is None:
                unknown.append(signed[:4].hex())
                continue
            try:
                key.verify(signed[4:], text.encode())
            except InvalidSignature:
                raise BadNote(f"the head of size {head.size} has a forged signature") from None
            return head
        raise BadNote(f"the head of size {head.size} is signed by an unknown key, {', '.join(unknown)}")


def _public_key(line: str) -> tuple[bytes, Ed25519PublicKey]:
    raw = _decoded(line.split("+", 2)[-1])
    if raw[:1] != _ED25519 or len(raw) != 33:
        raise BadNote(f"{line!r} is no public key of an audit: it looks like {NAME}+<8 hex digits>+<base64>")
    return _key_hash(raw), Ed25519PublicKey.from_public_bytes(raw[1:])


def _key_hash(raw: bytes) -> bytes:
    return hashlib.sha256(f"{NAME}\n".encode() + raw).digest()[:4]


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise BadNote(f"{text[:40]!r} is no base64") from None


def _write_once(file: Path, content: bytes) -> None:
    """Two processes that start at the same time end up with the same file."""
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(fresh, file)
    except FileExistsError:
        return
    finally:
        fresh.unlink()
