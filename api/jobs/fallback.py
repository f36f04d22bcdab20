"""Sends messages over the fall-back channels, one Apprise call each."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import timedelta

import apprise

from api.db.notifying import outgoing as rows
from api.db.notifying.outgoing import FallbackMessage, OutgoingFallback, StoredText
from api.domain.errors import Invalid
from api.domain.notifying.outgoing import Failed, Gone, Outcome, OutgoingKind, Refused, Sent
from api.jobs.confinement import confine
from api.jobs.crew import LULL_SECONDS
from api.jobs.outgoing import Limits
from api.locales import notifications
from api.locales.notifications import Worded
from api.services.context import Context
from api.services.notifying import fallback_hosts

_PATIENCE_SECONDS = 30


class FallbackHandler:
    """The target is the channel."""

    kind = OutgoingKind.FALLBACK
    queue = rows.claim_fallbacks
    limits = Limits(at_once=16, per_target=2, lease=timedelta(seconds=60), lull=LULL_SECONDS)

    def __init__(self, allowed: tuple[str, ...]) -> None:
        """`allowed`: hosts that a channel may use; loopback only if listed."""
        self._allowed = allowed

    def opened(self) -> AbstractAsyncContextManager[Callable[[OutgoingFallback], Awaitable[Outcome]]]:
        confine(self._allowed)
        return nullcontext(self._send)

    def about(self, row: OutgoingFallback) -> str:
        if row.message.link is not None:
            return "caller link"
        return "test" if row.message.alarm is None else row.message.alarm.reason

    async def record(self, context: Context, row: OutgoingFallback, outcome: Outcome) -> None:
        """Nothing else changes."""

    async def _send(self, row: OutgoingFallback) -> Outcome:
        if row.address is None:
            return Gone("the channel was removed")
        url, to = row.address.url, row.message.to
        if (to is None) is (fallback_hosts.TO in url):
            return Refused("a channel for callers writes to a caller, and no other does")
        if to is not None:
            url = fallback_hosts.addressed(url, to)
        try:
            fallback_hosts.check(url, self._allowed)
        except Invalid as error:
            return Refused(str(error.facts["errors"]))
        channel, said = apprise.Apprise(), _worded(row.message)
        channel.add(url)
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                taken = await channel.async_notify(title=said.title, body=said.body)
        except Exception as error:  # noqa: BLE001 - whatever a service's library does, the row is settled
            return Failed("no answer in time" if isinstance(error, TimeoutError) else type(error).__name__)
        return Sent() if taken else Failed("refused by the service")


def _worded(message: FallbackMessage) -> Worded | StoredText:
    if message.text is not None:
        return message.text
    if message.link is not None:
        return notifications.caller_link(message.link.reference, message.link.url)
    if message.alarm is None:
        return notifications.fallback_test()
    alarm = message.alarm
    return notifications.fallback(alarm.reference, alarm.priority, alarm.kind, alarm.reason, drill=alarm.drill)
