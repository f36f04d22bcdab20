"""A push service as Firefox expects it: a WebSocket for the browser, an RFC 8030 endpoint for senders."""

import base64
import json
import secrets

from aiohttp import WSMsgType, web


class Autopush:
    """Replaces the `PushReceiver` in a `Site`; only the browser can read what passes through."""

    def __init__(self) -> None:
        self._channels: dict[str, tuple[web.WebSocketResponse, str]] = {}
        self.passed_on: list[dict[str, str]] = []

    async def start(self) -> None:
        app = web.Application()
        app.router.add_get("/", self._browser)
        app.router.add_post("/wpush/v2/{token}", self._push)
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.host = f"127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def _browser(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(protocols=("push-notification",))
        await socket.prepare(request)
        async for message in socket:
            if message.type == WSMsgType.TEXT:
                await self._answer(socket, json.loads(message.data))
        return socket

    async def _answer(self, socket: web.WebSocketResponse, said: dict[str, str]) -> None:
        kind = said.get("messageType")
        if not kind:
            await socket.send_str("{}")
        elif kind == "hello":
            uaid = said.get("uaid") or secrets.token_hex(16)
            hello = {"messageType": "hello", "uaid": uaid, "status": 200, "use_webpush": True, "broadcasts": {}}
            await socket.send_json(hello)
        elif kind == "register":
            token = secrets.token_urlsafe(24)
            self._channels[token] = (socket, said["channelID"])
            endpoint = f"http://{self.host}/wpush/v2/{token}"
            registered = {"channelID": said["channelID"], "status": 200, "pushEndpoint": endpoint}
            await socket.send_json({"messageType": "register", **registered})
        elif kind == "unregister":
            await socket.send_json({"messageType": "unregister", "channelID": said["channelID"], "status": 200})

    async def _push(self, request: web.Request) -> web.Response:
        known = self._channels.get(request.match_info["token"])
        if known is None:
            return web.Response(status=410)
        socket, channel = known
        headers = request.headers
        self.passed_on.append({name: headers[name] for name in ("TTL", "Urgency", "Topic", "Content-Encoding")})
        await socket.send_json(
            {
                "messageType": "notification",
                "channelID": channel,
                "version": secrets.token_hex(8),
                "ttl": int(headers["TTL"]),
                "data": base64.urlsafe_b64encode(await request.read()).decode().rstrip("="),
                "headers": {"encoding": headers["Content-Encoding"]},
            }
        )
        return web.Response(status=201, headers={"Location": "/m/1", "TTL": headers["TTL"]})
