"""The folder of model files. Nothing is loaded from it whose sha256 is not the manifest's."""

import hashlib
import os
from pathlib import Path

from recognition_worker.onnx.manifest import Model, Picture


class ModelMissing(RuntimeError):
    """The file is not there; `sipha-worker models prepare` makes it."""


class ModelTampered(RuntimeError):
    """The file is there, but is not the one that the manifest names."""


class Store:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, item: Model | Picture) -> Path:
        return self.folder / item.file

    def read(self, item: Model | Picture) -> bytes:
        """The file's bytes, checked. The bytes checked are the bytes returned: no second read."""
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
        """Refuses content that is not the manifest's; never leaves half a file."""
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
