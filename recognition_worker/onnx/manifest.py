"""What each model is, its licence, and how to check that the file is the right one."""

from pathlib import Path
from typing import Literal

import msgspec

BUILT_IN = Path(__file__).with_name("manifest.toml")

Role = Literal["detector", "landmarks", "embedder"]
Colour = Literal["rgb", "bgr"]
Metric = Literal["l2", "cosine"]
Reading = Literal["centerface", "boxes", "yunet", "points68", "embedding"]


class ManifestError(ValueError):
    """The manifest has no such model, or is not a manifest."""


class Input(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The one image input, N,3,H,W, float32 0..255. `width`: what the longer side is scaled to, in px."""

    name: str
    colour: Colour
    width: int
    multiple_of: int


class Model(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    version: str
    role: Role
    file: str
    licence: str
    source: str
    sha256: str
    input: Input
    outputs: list[str]
    reading: Reading
    threshold: float
    recipe: str | None = None
    align: Literal["dlib", "arcface"] = "dlib"
    metric: Metric = "l2"
    length: int | None = None

    @property
    def reference(self) -> str:
        """Its name in the server's templates and galleries."""
        return f"{self.name}@{self.version}"


class Picture(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    file: str
    licence: str
    source: str
    sha256: str


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    model: list[Model] = []
    picture: list[Picture] = []

    def find(self, name: str, role: Role) -> Model:
        for model in self.model:
            if name in (model.name, model.reference) and model.role == role:
                return model
        known = ", ".join(model.name for model in self.model if model.role == role)
        raise ManifestError(f"no {role} is called {name!r}; the manifest has: {known}")

    def find_picture(self, name: str) -> Picture:
        return next(picture for picture in self.picture if picture.name == name)


def load(extra: Path | None = None) -> Manifest:
    """The built-in manifest; models in `extra` come first and override those of the same name."""
    built_in = _read(BUILT_IN)
    if extra is None:
        return built_in
    own = _read(extra)
    return Manifest(own.model + built_in.model, own.picture + built_in.picture)


def _read(path: Path) -> Manifest:
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Manifest)
    except OSError as error:
        raise ManifestError(f"{path}: {error.strerror}") from error
    except msgspec.MsgspecError as error:
        raise ManifestError(f"{path}: {error}") from error
