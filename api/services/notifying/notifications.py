"""Makes phones ring: queues the pushes that `sipha jobs` sends, in the commit that causes them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from api.db.notifying import outgoing
from api.domain.notifying.push import Content, PushKind
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
    """One push for every phone of everyone on duty in the unit; returns how many there are."""
    return await _queue(context, notice, unit_id=unit_id)


async def notify_account(context: Context, account_id: UUID, notice: PushNotice) -> int:
    return await notify_accounts(context, [account_id], notice)


async def notify_accounts(context: Context, account_ids: Sequence[UUID], notice: PushNotice) -> int:
    return await _queue(context, notice, account_ids=account_ids)


async def _queue(
    context: Context, notice: PushNotice, *, unit_id: UUID | None = None, account_ids: Sequence[UUID] = ()
) -> int:
    return await outgoing.queue_push.run(
        context.connection,
        station_id=context.station_id,
        account_ids=list(account_ids),
        unit_id=unit_id,
        kind=notice.kind,
        content=notice.content,
        assignment_id=notice.assignment_id,
        incident_id=notice.incident_id,
        now=context.now,
        expires_at=notice.expires_at,
        request_id=request_id(),
    )
