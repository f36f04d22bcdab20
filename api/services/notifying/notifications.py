"""Makes phones ring: writes the deliveries that `sipha jobs` sends, in the commit that causes them."""

import secrets
from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from api.db.notifying import push
from api.db.units import units
from api.domain.notifying.push import Content, PushKind, words
from api.services.context import Context
from api.telemetry import request_id


class PushNotice(msgspec.Struct, frozen=True):
    """What to tell a unit's phones, and until when it is worth telling."""

    kind: PushKind
    content: Content
    expires_at: datetime
    assignment_id: UUID | None = None
    incident_id: UUID | None = None


async def notify_unit(context: Context, unit_id: UUID, notice: PushNotice) -> int:
    """One delivery for every phone of everyone on duty in the unit; returns how many there are."""
    officers = await units.officers_on.all(context.connection, unit_id=unit_id)
    return await _notify(context, unit_id, {officer.id: officer.language for officer in officers}, notice)


async def notify_account(context: Context, account_id: UUID, language: str, notice: PushNotice) -> int:
    return await _notify(context, None, {account_id: language}, notice)


async def _notify(
    context: Context,
    unit_id: UUID | None,
    languages: dict[UUID, str],
    notice: PushNotice,
) -> int:
    subscriptions = await push.subscriptions_of.all(context.connection, account_ids=list(languages))
    for subscription in subscriptions:
        language = languages[subscription.account_id]
        title, body = words(notice.kind, notice.content, language)
        await push.add_delivery.run(
            context.connection,
            id=uuid4(),
            station_id=context.station_id,
            account_id=subscription.account_id,
            unit_id=unit_id,
            subscription_id=subscription.id,
            assignment_id=notice.assignment_id,
            incident_id=notice.incident_id,
            kind=notice.kind,
            content=push.Words(title=title, body=body, lang=language),
            receipt_token=secrets.token_urlsafe(16),
            now=context.now,
            expires_at=notice.expires_at,
            request_id=request_id(),
        )
    return len(subscriptions)
