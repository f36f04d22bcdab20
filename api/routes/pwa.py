"""The built PWA: hashed assets for ever, everything else fresh, and index.html for every address of the app."""

import asyncio
import mimetypes
from pathlib import Path

from litestar import Response, get

from api.domain.errors import NotFound
from api.settings import Settings

mimetypes.add_type("application/manifest+json", ".webmanifest")
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("font/woff2", ".woff2")

_OURS = ("v1/", "schema/", "healthz", "readyz", "metrics")


@get(["/", "/{path:path}"], opt={"public": True}, include_in_schema=False)
async def app_file(settings: Settings, path: Path = Path("/")) -> Response[bytes]:
    name = str(path).lstrip("/")
    if name.startswith(_OURS):
        raise NotFound
    return await asyncio.to_thread(_read, settings.pwa.resolve(), name)


def _read(root: Path, name: str) -> Response[bytes]:
    wanted = (root / name).resolve()
    file = wanted if name and wanted.is_file() and wanted.is_relative_to(root) else root / "index.html"
    if not file.is_file():
        raise NotFound(because="the PWA is not built: run `make build`")
    hashed = "assets/" in name and file.name != "index.html"
    caching = "public, max-age=31536000, immutable" if hashed else "no-cache"
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return Response(file.read_bytes(), media_type=kind, headers={"Cache-Control": caching})
