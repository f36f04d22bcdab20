"""The page's real service worker: pushes delivered as the browser would, and taps on its notifications.

Headless Chromium reaches no push service, but its developer protocol delivers a payload to the worker.
"""

import asyncio
import json
from typing import Any

from playwright.async_api import Page, Worker

from tests.patience import patient

_SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications())
  .map(({ title, body, tag, actions }) => ({ title, body, tag, actions: actions.map((one) => one.action) }))"""
_TOUCH = """async (action) => {
  const [notification] = await self.registration.getNotifications();
  const event = new NotificationEvent('notificationclick', { notification, action });
  const until = [];
  event.waitUntil = (work) => until.push(Promise.resolve(work));
  self.dispatchEvent(event);
  await Promise.all(until);
}"""


async def live_worker(page: Page) -> Worker:
    """The worker once it has taken over the page."""
    await page.evaluate("navigator.serviceWorker.ready")
    await page.wait_for_function("navigator.serviceWorker.controller !== null")
    return next(worker for worker in page.context.service_workers if worker.url.endswith("/sw.js"))


async def deliver(page: Page, content: dict[str, Any]) -> None:
    """Give the decrypted content of a push to the page's service worker."""
    protocol = await page.context.new_cdp_session(page)
    registered: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def updated(event: dict[str, Any]) -> None:
        for registration in event["registrations"]:
            if not registration["isDeleted"] and not registered.done():
                registered.set_result(registration["registrationId"])

    protocol.on("ServiceWorker.workerRegistrationUpdated", updated)
    await protocol.send("ServiceWorker.enable")
    registration_id = await asyncio.wait_for(registered, patient(10))
    origin = await page.evaluate("location.origin")
    data = json.dumps(content, ensure_ascii=False)
    message = {"origin": origin, "registrationId": registration_id, "data": data}
    await protocol.send("ServiceWorker.deliverPushMessage", message)


async def notifications(page: Page) -> list[dict[str, Any]]:
    """Ask only after the `shown` receipt: Chromium forgets a notification if asked while it is being put up."""
    return await page.evaluate(_SHOWN)


async def touch(worker: Worker, action: str = "") -> None:
    """Taps the first notification, or one of its buttons."""
    await worker.evaluate(_TOUCH, action)
