"""Says in plain words what keeps a worker from working."""

import sqlite3
from collections.abc import Callable
from threading import Thread

from av.error import FFmpegError

from recognition_worker.client import Client, NotModified, Refused, Unreachable
from recognition_worker.engine import Engine
from recognition_worker.onnx import manifest
from recognition_worker.onnx.manifest import ManifestError
from recognition_worker.onnx.store import ModelMissing, ModelTampered, Store
from recognition_worker.settings import CameraSettings, Settings, SettingsError, token
from recognition_worker.sources.capture import CannotOpen, open_capture
from recognition_worker.spool import by_hand
from recognition_worker.spool.cipher import KeyUnusable
from recognition_worker.spool.opening import open_disk
from recognition_worker.spool.schema import SpoolBroken

CAMERA_SECONDS = 15.0
Say = Callable[[str], None]


def check(settings: Settings, say: Say) -> bool:
    """Runs every check, even after a failure; returns whether all is well."""
    results = [_models(settings, say), _spool(settings, say), _server(settings, say)]
    results += [_camera(camera, say) for camera in settings.camera]
    if not settings.camera:
        say("no camera is configured: add a [[camera]] with id and url")
    return all(results) and bool(settings.camera)


def _models(settings: Settings, say: Say) -> bool:
    try:
        engine = Engine.load(manifest.load(settings.models.manifest), Store(settings.models.folder), settings.models)
    except (ManifestError, ModelMissing, ModelTampered) as error:
        say(f"models: {error}")
        return False
    say(f"models: all there; faces are compared with {engine.embedder.model.reference}")
    return True


def _spool(settings: Settings, say: Say) -> bool:
    """Alerts held in memory because of a full disk show only in the metrics and the cameras' state."""
    try:
        disk = open_disk(settings)
        disk.probe()
        by_hand.show(disk, lambda line: say(f"spool: {line}"))
        depth = disk.depth()
        disk.close()
    except (SpoolBroken, KeyUnusable, OSError, sqlite3.Error) as error:
        say(f"spool: {error}")
        return False
    return not depth.held and not depth.foreign


def _server(settings: Settings, say: Say) -> bool:
    try:
        secret = token("SIPHA_WORKER_TOKEN", settings.api.token_file)
        model = manifest.load(settings.models.manifest).find(settings.models.embedder, "embedder")
        with Client(settings.api.url, secret, settings.api.timeout_seconds) as client:
            content, _ = client.gallery(model.reference, None)
    except (SettingsError, ManifestError) as error:
        say(f"server: {error}")
    except NotModified:
        say("server: gave an unexpected answer")
    except Refused as refusal:
        hint = ": the token is wrong or revoked" if refusal.not_allowed else ""
        say(f"server: refuses the gallery ({refusal}){hint}")
    except Unreachable as error:
        say(f"server: no answer from {settings.api.url} ({error})")
    else:
        if (wrong := client.clock.trouble) is not None:
            say(f"clock: {wrong.words}; the worker goes by the server's")
        if not content.entries:
            say("server: the gallery is empty: nobody can be matched")
        say(f"server: answers; the gallery has {len(content.entries)} templates until {content.valid_until}")
        return True
    return False


def _camera(camera: CameraSettings, say: Say) -> bool:
    """Never shows the address: it may carry a password."""
    answers: list[str | None] = []

    def look() -> None:
        try:
            capture = open_capture(camera.url)
            answers.append(None if next(capture.frames(), None) else "opens, but shows no picture")
            capture.close()
        except CannotOpen as error:
            answers.append(str(error))
        except FFmpegError as error:
            answers.append(f"breaks ({type(error).__name__})")

    thread = Thread(target=look, daemon=True)
    thread.start()
    thread.join(CAMERA_SECONDS)
    problem = answers[0] if answers else f"no answer within {CAMERA_SECONDS:.0f} s"
    say(f"camera {camera.id}: {problem or 'shows a picture'}")
    return problem is None
