"""The worker's configuration: one TOML file, read once; an invalid one is refused with one sentence."""

import hashlib
import os
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from msgspec import Meta

from recognition_worker.sources.capture import STREAMS
from recognition_worker.spool.kept import Limits

Positive = Annotated[float, Meta(gt=0)]


class SettingsError(ValueError):
    """One sentence for the person who wrote the file."""


class Api(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    url: str
    token_file: Path | None = None
    enroller_token_file: Path | None = None
    timeout_seconds: Positive = 10.0


class Models(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`distance`: overrides the embedder's threshold for one pair of pictures; `threads`: per model."""

    folder: Path = Path(".models")
    manifest: Path | None = None
    detector: str = "centerface"
    detector_width: Annotated[int, Meta(ge=160, le=4096)] | None = None
    detector_threshold: Annotated[float, Meta(gt=0, lt=1)] | None = None
    enrolment_detector: str = "centerface"
    landmarks: str = "face-landmark-68"
    embedder: str = "dlib-resnet"
    distance: Annotated[float, Meta(gt=0, lt=2)] | None = None
    threads: Annotated[int, Meta(ge=1, le=16)] = 1


class MetricsSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where `/metrics` answers. There is no password, so it listens on loopback unless `host` is set."""

    port: Annotated[int, Meta(ge=1, le=65535)]
    host: str = "127.0.0.1"


class CameraSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`url` may carry the camera's password and is never logged. `fixed`: it never swivels, so a changed
    view means tampering, and is reported."""

    id: UUID
    url: str
    frames_per_second: Annotated[float, Meta(gt=0, le=30)] = 4.0
    fixed: bool = False


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    api: Api
    state: Path
    """Folder of the spool."""
    models: Models = Models()
    camera: list[CameraSettings] = []
    spool: Limits = Limits()
    metrics: MetricsSettings | None = None
    gallery_seconds: Annotated[float, Meta(gt=0, le=20)] = 3.0
    """Withdrawn entries stop matching within 30 s: this interval plus the response time."""
    status_seconds: Positive = 30.0
    visit_minutes: Positive = 10.0

    @classmethod
    def read(cls, path: Path) -> Self:
        """Paths in the file are relative to the file; `SIPHA_MODELS` overrides `models.folder`."""
        try:
            settings = msgspec.toml.decode(path.read_bytes(), type=cls, dec_hook=_path)
        except OSError as error:
            raise SettingsError(f"{path}: {error.strerror}") from error
        except msgspec.MsgspecError as error:
            raise SettingsError(f"{path}: {error}") from error
        settings.check(path)
        if settings.spool.key_file is None:
            spool = msgspec.structs.replace(settings.spool, key_file=Path(f"{path.stem}.spool.key"))
            settings = msgspec.structs.replace(settings, spool=spool)
        return settings.anchored(path.resolve().parent)

    def anchored(self, folder: Path) -> Self:
        """With every path resolved against `folder`."""

        def at(path: Path | None) -> Path | None:
            return None if path is None else folder / path.expanduser()

        replace = msgspec.structs.replace
        api = replace(
            self.api, token_file=at(self.api.token_file), enroller_token_file=at(self.api.enroller_token_file)
        )
        models_folder = os.environ.get("SIPHA_MODELS") or folder / self.models.folder.expanduser()
        models = replace(self.models, folder=Path(models_folder), manifest=at(self.models.manifest))
        spool = replace(self.spool, key_file=at(self.spool.key_file))
        return replace(self, api=api, models=models, spool=spool, state=folder / self.state.expanduser())

    def fingerprint(self) -> str:
        """Changes with anything that may change the server's answer. Leaves out camera URLs, which carry passwords."""
        cameras = [msgspec.structs.replace(camera, url="") for camera in self.camera]
        told = msgspec.json.encode(msgspec.structs.replace(self, camera=cameras), enc_hook=str)
        return hashlib.sha256(told).hexdigest()[:16]

    def check(self, path: Path) -> None:
        """Raises `SettingsError` for what the types cannot express."""
        server = urlsplit(self.api.url)
        if server.scheme not in ("http", "https") or not server.hostname:
            raise SettingsError(f"{path}: api.url must be an http or https address")
        ids = [camera.id for camera in self.camera]
        if len(ids) != len(set(ids)):
            raise SettingsError(f"{path}: a camera is listed twice")
        for camera in self.camera:
            scheme = urlsplit(camera.url).scheme.lower()
            if scheme and scheme != "file" and scheme not in STREAMS:
                raise SettingsError(f"{path}: camera {camera.id}: {scheme!r} is not the address of a camera")


def _path(kind: type, value: object) -> Path:
    if kind is Path and isinstance(value, str) and value:
        return Path(value)
    raise TypeError(f"expected a path, got {value!r}")


def token(variable: str, file: Path | None) -> str:
    """From the environment, else from the file. Never part of `Settings`, so that it is never printed."""
    found = os.environ.get(variable, "").strip()
    if not found and file is not None:
        try:
            found = file.read_text().strip()
        except OSError as error:
            raise SettingsError(f"{file}: {error.strerror}") from error
    if not found:
        raise SettingsError(f"no token: set {variable} or name a token file in the configuration")
    return found
