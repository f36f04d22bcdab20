"""A push service on loopback that decrypts what it receives (RFC 8291) with the key of the phone it is meant for."""

import asyncio
import base64
import json
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import http_ece
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class Phone:
    """A browser's subscription, with the private half that only the browser has."""

    endpoint: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = b"0123456789abcdef"

    def subscription(self) -> dict[str, object]:
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"endpoint": self.endpoint, "keys": {"p256dh": base64url(point), "auth": base64url(self.auth)}}


@dataclass
class Pushed:
    """One push as the phone receives it."""

    phone: str
    ttl: int
    urgency: str
    topic: str
    vapid: dict[str, object]
    content: dict[str, object]

    @property
    def data(self) -> dict[str, str]:
        return self.content["notification"]["data"]


class PushReceiver:
    """`answers[name]` makes the service answer a phone's pushes with that status instead of 201, `headers[name]` adds
    headers, and `hanging` phones get no answer at all."""

    def __init__(self) -> None:
        self.phones: dict[str, Phone] = {}
        self.received: list[Pushed] = []
        self.answers: dict[str, int] = {}
        self.headers: dict[str, dict[str, str]] = {}
        self.hanging: set[str] = set()
        self.released = asyncio.Event()
        self.refused = 0

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/push/{name}", self._receive)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        self.released.set()
        await self._runner.cleanup()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def phone(self, name: str) -> Phone:
        return self.phones.setdefault(name, Phone(f"http://{self.host}/push/{name}"))

    def of(self, kind: str) -> list[Pushed]:
        return [pushed for pushed in self.received if pushed.data["kind"] == kind]

    async def _receive(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name in self.hanging:
            await self.released.wait()
        if name in self.answers:
            self.refused += 1
            return web.Response(status=self.answers[name], headers=self.headers.get(name))
        phone, body = self.phones[name], await request.read()
        clear = http_ece.decrypt(body, private_key=phone.key, auth_secret=phone.auth, version="aes128gcm")
        headers = request.headers
        self.received.append(
            Pushed(
                name,
                int(headers["TTL"]),
                headers["Urgency"],
                headers["Topic"],
                self._vapid(headers["Authorization"]),
                json.loads(clear),
            )
        )
        return web.Response(status=201)

    def _vapid(self, authorization: str) -> dict[str, object]:
        """The claims, once the signature over them is verified."""
        scheme, _, parameters = authorization.partition(" ")
        assert scheme == "vapid"
        values = dict(part.strip().split("=", 1) for part in parameters.split(","))
        assert Vapid02.verify(authorization)
        claims = json.loads(base64.urlsafe_b64decode(values["t"].split(".")[1] + "=="))
        assert urlsplit(claims["aud"]).netloc == self.host
        return claims | {"k": values["k"]}
