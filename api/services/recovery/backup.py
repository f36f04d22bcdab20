"""A backup is what pg_dump writes, encrypted to public keys in the age format: whoever makes one cannot read it."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO
from urllib.parse import unquote, urlsplit, urlunsplit

import pyrage

from api.settings import SettingsError

Recipient = pyrage.x25519.Recipient | pyrage.ssh.Recipient
Identity = pyrage.x25519.Identity | pyrage.ssh.Identity

_ENCRYPTED = b"age-encryption.org/"
_PLAIN = b"PGDMP"


def recipients(words: Sequence[str]) -> list[Recipient]:
    """`age1…` as age-keygen prints it, or an SSH public key."""
    return [_recipient(word.strip()) for word in words if word.strip()]


def _recipient(word: str) -> Recipient:
    try:
        if word.startswith("ssh-"):
            return pyrage.ssh.Recipient.from_str(word)
        return pyrage.x25519.Recipient.from_str(word)
    except pyrage.RecipientError:
        raise SettingsError(f"{word!r} is no public key: use one of age-keygen's (age1…), or an SSH key") from None


def identities(file: Path | None) -> list[Identity]:
    """The private keys in a file of age-keygen's, or an SSH key."""
    if file is None:
        return []
    try:
        content = file.read_bytes()
        if b"PRIVATE KEY" in content:
            return [pyrage.ssh.Identity.from_buffer(content)]
        lines = (line.strip() for line in content.decode().splitlines())
        return [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except (OSError, UnicodeDecodeError, pyrage.IdentityError) as error:
        raise SettingsError(f"{file}: no private key could be read: {error}") from None


def write(url: str, file: Path, to: list[Recipient]) -> int:
    """Dump, as the database's administrator; the file has its name only when it is whole. Answers its size."""
    unfinished = file.with_name(file.name + ".unfinished")
    command, environment = _call(url, "pg_dump", "--format=custom", "--dbname")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as dump:  # noqa: S603
            assert dump.stdout is not None and dump.stderr is not None  # noqa: S101, PT018
            if to:
                pyrage.encrypt_io(dump.stdout, out, to)
            else:
                shutil.copyfileobj(dump.stdout, out)
            said = dump.stderr.read()
        out.flush()
        os.fsync(out.fileno())
    if dump.returncode != 0:
        unfinished.unlink()
        raise SettingsError(f"pg_dump failed: {_first_line(said)}")
    unfinished.rename(file)
    _settle_folder(file.parent)
    return file.stat().st_size


def check(file: Path, keys: list[Identity]) -> None:
    """Whether it is a backup that these keys open, as far as its first bytes tell."""
    try:
        with file.open("rb") as source:
            start = source.read(len(_ENCRYPTED))
    except OSError as error:
        raise SettingsError(f"{file}: {error.strerror}") from None
    if start == _ENCRYPTED:
        if not keys:
            raise SettingsError(f"{file} is encrypted: say with --identity FILE where the private key is")
        _try_keys(file, keys)
    elif not start.startswith(_PLAIN):
        raise SettingsError(f"{file} is no backup of `sipha backup`")


def read(file: Path, keys: list[Identity], url: str) -> None:
    """Into the empty database of the URL, as its administrator. Raises where file or database did not hold."""
    command, environment = _call(url, "pg_restore", "--exit-on-error", "--dbname")
    broken: Exception | None = None
    with (
        file.open("rb") as source,
        subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as restore,  # noqa: S603
    ):
        assert restore.stdin is not None and restore.stderr is not None  # noqa: S101, PT018
        try:
            _pour(source, restore.stdin, keys)
        except (pyrage.DecryptError, OSError) as error:
            broken = error
            restore.kill()  # so that half a file does not count as a whole one
        said = restore.stderr.read()
    if restore.returncode != 0 or broken is not None:
        raise SettingsError(f"{file} could not be restored: {_first_line(said) or broken}")


def _pour(source: IO[bytes], into: IO[bytes], keys: list[Identity]) -> None:
    encrypted = source.read(len(_ENCRYPTED)) == _ENCRYPTED
    source.seek(0)
    if encrypted:
        pyrage.decrypt_io(source, into, keys)
    else:
        shutil.copyfileobj(source, into)
    into.close()


class _Enough(Exception):
    """The first piece was decrypted: the key fits."""


class _FirstPiece:
    def write(self, piece: bytes) -> int:
        raise _Enough(len(piece))

    def flush(self) -> None:
        """Nothing is kept."""


def _try_keys(file: Path, keys: list[Identity]) -> None:
    try:
        with file.open("rb") as source:
            pyrage.decrypt_io(source, _FirstPiece(), keys)
    except _Enough:
        return
    except (pyrage.DecryptError, OSError) as error:
        raise SettingsError(f"{file} does not open with this key: {error}") from None


def _call(url: str, program: str, *arguments: str) -> tuple[list[str], Mapping[str, str]]:
    """The password goes by the environment, where no list of processes shows it."""
    parts = urlsplit(url)
    where, _, host = parts.netloc.rpartition("@")
    user, _, password = where.partition(":")
    netloc = f"{user}@{host}" if user else host
    environment = dict(os.environ)
    if password:
        environment["PGPASSWORD"] = unquote(password)
    return [_program(program), *arguments, urlunsplit(parts._replace(netloc=netloc))], environment


def _program(name: str) -> str:
    """The newest there is: pg_dump refuses a server that is newer than itself."""
    installed = [folder for folder in Path("/usr/lib/postgresql").glob("[0-9]*") if (folder / "bin" / name).exists()]
    if installed:
        return str(max(installed, key=lambda folder: int(folder.name)) / "bin" / name)
    found = shutil.which(name)
    if found is None:
        raise SettingsError(f"{name} is missing: install PostgreSQL's client programs, such as postgresql-client-15")
    return found


def _settle_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _first_line(said: bytes) -> str:
    return next(iter(said.decode(errors="replace").strip().splitlines()), "")
