"""The worker's own key, and what is sealed with it: AES-256-GCM."""

import base64
import binascii
import hashlib
import hmac
import os
from pathlib import Path

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VARIABLE = "SIPHA_SPOOL_KEY"
_BYTES, _NONCE = 32, 12

log = structlog.get_logger()


class KeyUnusable(RuntimeError):
    """One sentence for the person who keeps the key."""


class Sealed(RuntimeError):
    """Sealed with another key, or altered."""


class Cipher:
    def __init__(self, key: bytes) -> None:
        self._seal, self._key = AESGCM(key), key
        self.name = hashlib.sha256(b"sipha spool key " + key).hexdigest()[:16]
        """Identifies a key without revealing anything about it."""

    def seal(self, content: bytes, about: str) -> bytes:
        """`about`: what it belongs to (associated data); it opens for nothing else."""
        nonce = os.urandom(_NONCE)
        return nonce + self._seal.encrypt(nonce, content, about.encode())

    def open(self, sealed: bytes, about: str) -> bytes:
        try:
            return self._seal.decrypt(sealed[:_NONCE], sealed[_NONCE:], about.encode())
        except (InvalidTag, ValueError) as error:
            raise Sealed("sealed with another key, or altered") from error

    def mark(self, name: str) -> bytes:
        """Deterministic for a name, and reveals nothing about it."""
        return hmac.digest(self._key, name.encode(), "sha256")[:16]


def load(file: Path, state: Path) -> Cipher:
    """From the environment, else from `file`, which is created if missing; in the state folder if that is impossible.

    Raises `KeyUnusable` for an invalid key, `OSError` if no key can be stored.
    """
    given = os.environ.get(VARIABLE, "").strip()
    if given:
        return Cipher(_decode(given, VARIABLE))
    beside = state / file.name
    for path in (file, beside):
        if path.exists():
            return Cipher(_read(path))
    try:
        return Cipher(_make(file))
    except OSError as error:
        log.warning("spool_key_beside_spool", reason=error.strerror, hint=f"set {VARIABLE} or spool.key_file")
        return Cipher(_make(beside))


def _make(path: Path) -> bytes:
    """Never writes a partial key, one that others can read, or over an existing one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    key = AESGCM.generate_key(256)
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(base64.b64encode(key) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(partial, path)
        except PermissionError:  # a file system without links
            partial.replace(path)
    except FileExistsError:
        return _read(path)
    finally:
        partial.unlink(missing_ok=True)
    return key


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_mode & 0o077:
            raise KeyUnusable(f"{path}: others may read it; chmod 600 and, if they have, make a new one")
        return _decode(path.read_text(), str(path))
    except OSError as error:
        raise KeyUnusable(f"{path}: {error.strerror}") from error


def _decode(text: str, where: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != _BYTES:
        raise KeyUnusable(f"{where}: no key; `openssl rand -base64 {_BYTES}` makes one")
    return key
