"""The folder of model files. Only files whose sha256 matches the manifest are loaded."""

import hashlib
import os
from pathlib import Path

from recognition_worker.onnx.manifest import Model, Picture


class ModelMissing(RuntimeError):
    """The file is missing; `sipha-worker models prepare` creates it."""


class ModelTampered(RuntimeError):
    """The file exists, but is not the one in the manifest."""


class Store:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, item: Model | Picture) -> Path:
        return self.folder / item.file

    def read(self, item: Model | Picture) -> bytes:
        """The file's verified bytes: the bytes checked are those returned, with no second read."""
        path = self.path(item)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            raise ModelMissing(f"{path} is missing: run `sipha-worker models prepare --into {self.folder}`") from None
        if (found := hashlib.sha256(content).hexdigest()) != item.sha256:
            raise ModelTampered(f"{path} has sha256 {found}, the manifest says {item.sha256}: refused")
        return content

    def has(self, item: Model | Picture) -> bool:
        try:
            self.read(item)
        except (ModelMissing, ModelTampered):
            return False
        return True

    def write(self, model: Model, content: bytes) -> None:
        """Refuses content that does not match the manifest; never leaves a partial file."""
        if (found := hashlib.sha256(content).hexdigest()) != model.sha256:
            raise ModelTampered(
                f"{model.reference} was made with sha256 {found}, the manifest says {model.sha256}: "
                "is the onnx package the locked version?"
            )
        self.folder.mkdir(parents=True, exist_ok=True)
        partial = self.path(model).with_suffix(".partial")
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(self.path(model))
