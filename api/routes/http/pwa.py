"""Serves the built PWA: hashed assets cached for ever, everything else revalidated, and index.html for every app
address.

The build has put brotli and gzip copies beside each text file (`pwa/compress.mjs`); they are sent as they are.
"""

import asyncio
import hashlib
import mimetypes
from pathlib import Path
from typing import Any

from litestar import Request, Response, get

from api.domain.errors import NotFound
from api.routes.http.encodings import best
from api.settings import Settings

mimetypes.add_type("application/manifest+json", ".webmanifest")
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("font/woff2", ".woff2")

_OURS = ("v1/", "schema/", "healthz", "readyz", "metrics")
_PACKED = {"br": ".br", "gzip": ".gz"}
"""The content codings and their file suffixes, smallest first."""


@get(["/", "/{path:path}"], opt={"public": True}, include_in_schema=False)
async def app_file(request: Request[Any, Any, Any], settings: Settings, path: Path = Path("/")) -> Response[bytes]:
    name = str(path).lstrip("/")
    if name.startswith(_OURS):
        raise NotFound
    accepted, known = (request.headers.get(header, "") for header in ("accept-encoding", "if-none-match"))
    return await asyncio.to_thread(_read, settings.pwa.resolve(), name, accepted, known)


def _read(root: Path, name: str, accepted: str, known: str) -> Response[bytes]:
    file = _file(root, name)
    hashed = "assets/" in name and file.name != "index.html"
    headers = {"Cache-Control": "public, max-age=31536000, immutable" if hashed else "no-cache"}
    packed = {coding: made for coding, end in _PACKED.items() if (made := file.with_name(file.name + end)).is_file()}
    if packed:
        headers["Vary"] = "Accept-Encoding"
    coding = best(accepted, list(packed))
    content = packed[coding].read_bytes() if coding else file.read_bytes()
    headers["ETag"] = f'"{hashlib.sha256(content).hexdigest()[:24]}"'
    if headers["ETag"] in known:
        return Response(b"", status_code=304, headers=headers)
    if coding:
        headers["Content-Encoding"] = coding
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return Response(content, media_type=kind, headers=headers)


def _file(root: Path, name: str) -> Path:
    """App addresses get index.html; an asset of another build gets 404, because a page is not a script."""
    wanted = (root / name).resolve()
    if name and wanted.is_file() and wanted.is_relative_to(root) and wanted.suffix not in _PACKED.values():
        return wanted
    if name.startswith("assets/"):
        raise NotFound
    if not (root / "index.html").is_file():
        raise NotFound(because="the PWA is not built: run `make build`")
    return root / "index.html"
