"""`GET /metrics` for Prometheus: from this machine, or with the token."""

import hmac
from typing import Any

from litestar import Controller, Request, Response, get
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from api.domain.errors import NotFound
from api.settings import Settings

_LOCAL = {"127.0.0.1", "::1"}


class Metrics(Controller):
    tags = ("Running it",)

    @get("/metrics", summary="Figures for Prometheus", opt={"public": True}, media_type="text/plain")
    async def metrics(self, request: Request[Any, Any, Any], settings: Settings) -> Response[bytes]:
        if not _admitted(request, settings):
            raise NotFound
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def _admitted(request: Request[Any, Any, Any], settings: Settings) -> bool:
    if settings.metrics_token is None:
        return request.client is not None and request.client.host in _LOCAL
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    return hmac.compare_digest(given.encode(), settings.metrics_token.encode())
