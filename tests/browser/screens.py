"""A thorough check of a screen: on a phone and at a desk, in dark and light, with axe-core's rules."""

import os
from pathlib import Path
from typing import Any

from playwright.async_api import Page

from api.settings import ROOT
from tests.browser.chromium import DESK, PHONE

_AXE = ROOT / "pwa" / "node_modules" / "axe-core" / "axe.min.js"
_SHOTS = os.environ.get("SIPHA_SHOTS")
"""A folder for a picture of every screen."""
_LOOKS = [(PHONE, "dark"), (DESK, "light")] + ([(PHONE, "light"), (DESK, "dark")] if _SHOTS else [])
_RUN = """async () => (await axe.run(document, { resultTypes: ['violations'] })).violations
  .filter(({ impact }) => impact === 'serious' || impact === 'critical')
  .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`)"""
_SETTLED = """() => document.fonts.status === 'loaded' && document.querySelectorAll('main, section').length > 0
  && document.getAnimations().every((one) => one.playState !== 'running' || one.effect.getTiming().iterations > 1e6)"""


class Looking:
    """Screens of one page; problems are collected in `faults`."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.faults: list[str] = []

    async def at(self, name: str) -> None:
        """Check what is on the screen now; pictures are taken of both sizes in both themes."""
        for size, scheme in _LOOKS:
            await self._page.set_viewport_size(size)
            await self._page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            await self._page.wait_for_function(_SETTLED)
            where = f"{name}-{size['width']}-{scheme}"
            self.faults += [f"{where}: {fault}" for fault in await self._axe()]
            wide = await self._page.evaluate("document.documentElement.scrollWidth - innerWidth")
            if wide > 0:
                self.faults.append(f"{where}: {wide} pixels wider than the screen")
            if _SHOTS:
                Path(_SHOTS).mkdir(parents=True, exist_ok=True)
                await self._page.screenshot(path=Path(_SHOTS) / f"{where}.png")

    async def _axe(self) -> list[Any]:
        if not await self._page.evaluate("'axe' in window"):
            await self._page.evaluate(_AXE.read_text())  # not a script tag: our pages' CSP forbids those
        return await self._page.evaluate(_RUN)
