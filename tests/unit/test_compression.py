"""What is sent compressed, and what never is."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar, Response, get
from litestar.di import Provide
from litestar.response import ServerSentEvent
from litestar.routes import HTTPRoute
from litestar.testing import TestClient

from api.app import create_litestar
from api.routes.http import errors, pwa
from api.routes.http.compression import SMALLEST, Compression
from api.routes.http.encodings import best
from api.settings import Settings, from_environment

SECRET = re.compile(r"(^|_)(token|secret|password|csrf|otp|totp|codes|key|link|invitation|identifier|auth)s?$")
"""Names of answer fields that hold secrets."""
METHODS = {"get", "post", "put", "patch", "delete"}

WORDS = "ไฟไหม้ที่ตลาดห้วยขวาง " * 200


@pytest.mark.parametrize(
    ("accepted", "offered", "chosen"),
    [
        ("gzip, deflate, br, zstd", ["br", "gzip"], "br"),
        ("gzip", ["br", "gzip"], "gzip"),
        ("br;q=0.5, gzip", ["br", "gzip"], "gzip"),
        ("gzip;q=0", ["gzip"], None),
        ("*", ["br", "gzip"], "br"),
        ("*;q=0, gzip;q=0.2", ["br", "gzip"], "gzip"),
        ("GZIP;q=oops", ["gzip"], None),
        ("", ["br", "gzip"], None),
        ("br", [], None),
    ],
)
def test_the_form_that_the_caller_likes_most(accepted: str, offered: list[str], chosen: str | None) -> None:
    assert best(accepted, offered) == chosen


def test_every_call_that_answers_a_secret_is_never_compressed() -> None:
    app = create_litestar(from_environment({}))
    document = app.openapi_schema.to_schema()
    kept_plain = {
        (method.lower(), route.path_format)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        for method in handler.http_methods
        if handler.opt.get("secret")
    }
    telling = {
        (method, path): found
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if method in METHODS
        for found in [set(secrets_of(operation, document["components"]["schemas"]))]
        if found
    }
    assert len(telling) > 6, "the names of secrets no longer find what they should"
    assert {call: found for call, found in telling.items() if call not in kept_plain} == {}, 'say `"secret": True`'


def secrets_of(operation: dict[str, Any], schemas: dict[str, Any]) -> Iterator[str]:
    for status, answer in operation["responses"].items():
        if status.startswith("2"):
            yield from named(answer, schemas, set())


def named(part: Any, schemas: dict[str, Any], seen: set[str]) -> Iterator[str]:
    """The fields under this part of the document that are named like a secret."""
    if isinstance(part, list):
        for each in part:
            yield from named(each, schemas, seen)
    elif isinstance(part, dict):
        schema = str(part.get("$ref", "")).rpartition("/")[2]
        if schema and schema not in seen:
            seen.add(schema)
            yield from named(schemas[schema], schemas, seen)
        yield from (name for name in part.get("properties", {}) if SECRET.search(name))
        for each in part.values():
            yield from named(each, schemas, seen)


@get("/plain", sync_to_thread=False)
def plain() -> dict[str, str]:
    return {"words": WORDS}


@get("/short", sync_to_thread=False)
def short() -> dict[str, str]:
    return {"words": "-" * (SMALLEST // 2)}


@get("/told", opt={"secret": True}, sync_to_thread=False)
def told() -> dict[str, str]:
    return {"token": "t" * 2 * SMALLEST, "words": WORDS}


@get("/picture", sync_to_thread=False)
def picture() -> Response[bytes]:
    return Response(b"\xff\xd8" + bytes(2 * SMALLEST), media_type="image/jpeg")


@get("/tagged", sync_to_thread=False)
def tagged() -> Response[dict[str, str]]:
    return Response({"words": WORDS}, headers={"ETag": '"7"'})


@get("/stream", sync_to_thread=False)
def stream() -> ServerSentEvent:
    return ServerSentEvent(iter([WORDS, WORDS]))


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient[Litestar]]:
    with TestClient(Litestar([plain, short, told, picture, tagged, stream], middleware=[Compression])) as running:
        running.headers["accept-encoding"] = "gzip, br"
        yield running


def test_words_are_compressed_and_caches_know(client: TestClient[Litestar]) -> None:
    answer = client.get("/plain")
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert int(answer.headers["content-length"]) * 10 < len(WORDS.encode())
    assert answer.json() == {"words": WORDS}


def test_whoever_does_not_ask_gets_it_plain_and_caches_know(client: TestClient[Litestar]) -> None:
    answer = client.get("/plain", headers={"accept-encoding": "gzip;q=0"})
    assert "content-encoding" not in answer.headers
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.json() == {"words": WORDS}


@pytest.mark.parametrize("path", ["/short", "/told", "/picture", "/stream"])
def test_what_is_short_secret_a_picture_or_a_stream_goes_as_it_is(client: TestClient[Litestar], path: str) -> None:
    assert "content-encoding" not in client.get(path).headers


def test_another_form_of_the_same_content_has_a_weak_tag(client: TestClient[Litestar]) -> None:
    assert client.get("/tagged").headers["etag"] == 'W/"7"'
    assert client.get("/tagged", headers={"accept-encoding": "identity"}).headers["etag"] == '"7"'


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[TestClient[Litestar]]:
    """The PWA's files as the build leaves them."""
    (tmp_path / "assets").mkdir()
    for name, content in (("index.html", b"<p>page"), ("assets/a-1.js", b"script"), ("icon.png", b"png")):
        (tmp_path / name).write_bytes(content)
    (tmp_path / "assets/a-1.js.br").write_bytes(b"as brotli")
    (tmp_path / "assets/a-1.js.gz").write_bytes(gzip.compress(b"script"))
    settings = from_environment({"SIPHA_PWA": str(tmp_path)})

    def get_settings() -> Settings:
        return settings

    app = Litestar(
        [pwa.app_file],
        exception_handlers=errors.HANDLERS,
        dependencies={"settings": Provide(get_settings, sync_to_thread=False)},
    )
    with TestClient(app) as running:
        yield running


def test_an_asset_is_sent_as_the_build_packed_it(pages: TestClient[Litestar]) -> None:
    answer = pages.get("/assets/a-1.js", headers={"accept-encoding": "gzip"})
    assert answer.text == "script"
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    with pages.stream("GET", "/assets/a-1.js", headers={"accept-encoding": "gzip, br"}) as brotli:
        assert brotli.headers["content-encoding"] == "br"
        assert brotli.headers["etag"] != answer.headers["etag"]
    as_it_is = pages.get("/assets/a-1.js", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in as_it_is.headers
    assert as_it_is.headers["vary"] == "Accept-Encoding"
    again = {"accept-encoding": "gzip", "if-none-match": answer.headers["etag"]}
    assert pages.get("/assets/a-1.js", headers=again).status_code == 304
    again["accept-encoding"] = "identity"
    assert pages.get("/assets/a-1.js", headers=again).status_code == 200


def test_every_address_of_the_app_is_the_page_but_a_lost_asset_is_lost(pages: TestClient[Litestar]) -> None:
    assert pages.get("/officer").text == "<p>page"
    assert pages.get("/officer").headers["cache-control"] == "no-cache"
    assert "vary" not in pages.get("/icon.png").headers
    for lost in ("/assets/b-2.js", "/assets/a-1.js.br", "/v1/nothing"):
        assert pages.get(lost).status_code == 404, lost
