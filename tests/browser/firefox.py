"""Debian's own Firefox, driven through WebDriver BiDi: Playwright drives only its own Firefox build."""

import asyncio
import itertools
import json
import os
import re
from pathlib import Path
from typing import Any

import aiohttp

from tests.patience import patient

EXECUTABLE = "/usr/bin/firefox-esr"
_PREFERENCES: dict[str, object] = {
    "alerts.useSystemBackend": False,
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "dom.push.connection.enabled": True,
    "dom.push.testing.allowInsecureServerURL": True,
    "dom.push.testing.ignorePermission": True,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.manage-offline-status": False,
    "permissions.default.desktop-notification": 1,
    "services.settings.server": "data:,",
    "toolkit.telemetry.enabled": False,
}


class Firefox:
    """One window with one page, in a separate profile, that gets its pushes from the service at `push_host`."""

    def __init__(self, profile: Path, push_host: str) -> None:
        self._profile = profile
        self._preferences = _PREFERENCES | {"dom.push.serverURL": f"ws://{push_host}/"}
        self._ids = itertools.count(1)

    async def start(self) -> None:
        self._profile.mkdir()
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in self._preferences.items()]
        (self._profile / "user.js").write_text("\n".join(lines))
        options = ("--headless", "--no-remote", "--remote-debugging-port", "0", "--profile", str(self._profile))
        environment = os.environ | {"HOME": str(self._profile), "MOZ_CRASHREPORTER_DISABLE": "1"}
        self._process = await asyncio.create_subprocess_exec(
            EXECUTABLE, *options, env=environment, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
        )
        address = await asyncio.wait_for(self._address(), patient(60))
        self._drain = asyncio.create_task(self._process.stderr.read())  # type: ignore[union-attr]
        self._client = aiohttp.ClientSession()
        self._socket = await self._client.ws_connect(f"{address}/session", max_msg_size=0)
        await self.call("session.new", capabilities={})
        self._page = (await self.call("browsingContext.getTree"))["contexts"][0]["context"]

    async def stop(self) -> None:
        if hasattr(self, "_client"):
            await self._client.close()
        self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), patient(10))
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    async def go(self, url: str) -> None:
        await self.call("browsingContext.navigate", context=self._page, url=url, wait="complete")

    async def run(self, expression: str) -> Any:
        """The value of an expression in the page, with user activation; promises are awaited."""
        answer = await self.call(
            "script.evaluate",
            expression=f"(async () => JSON.stringify(await ({expression}) ?? null))()",
            target={"context": self._page},
            awaitPromise=True,
            userActivation=True,
        )
        assert answer["type"] == "success", answer["exceptionDetails"]["text"]
        return json.loads(answer["result"]["value"])

    async def fill(self, testid: str, text: str) -> None:
        box = f"document.querySelector('[data-testid=\"{testid}\"]')"
        typed = f"({box}.value = {json.dumps(text)}, {box}.dispatchEvent(new Event('input', {{ bubbles: true }})))"
        await self.run(typed)

    async def click(self, testid: str) -> None:
        await self.run(f"document.querySelector('[data-testid=\"{testid}\"]').click()")

    async def attribute(self, testid: str, name: str) -> str | None:
        found = f"document.querySelector('[data-testid=\"{testid}\"]')"
        return await self.run(f"{found}?.getAttribute({json.dumps(name)})")

    async def call(self, method: str, **params: object) -> Any:
        number = next(self._ids)
        await self._socket.send_json({"id": number, "method": method, "params": params})
        while True:
            answer = await self._socket.receive_json(timeout=patient(60))
            if answer.get("id") == number:
                assert answer["type"] == "success", answer
                return answer["result"]

    async def _address(self) -> str:
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            if found := re.search(rb"WebDriver BiDi listening on (ws://\S+)", line):
                return found[1].decode()
        raise AssertionError("Firefox ended before it listened")
