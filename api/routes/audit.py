"""The audit, for the auditor: who viewed, decided or changed what; its signed head; all of it as CSV."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Controller, get
from litestar.params import QueryParameter
from litestar.response import Stream

from api.db.audit import AuditEntry
from api.db.pool import Database
from api.domain.access.permissions import Actor, Operation
from api.domain.errors import Invalid, NotFound
from api.routes.http.fields import Items, Moment
from api.services.administration import audit_log
from api.services.administration.audit_log import Before, Filter

_READ = {"operation": Operation.READ_AUDIT}
_PAGE = 200
_RECENT = timedelta(days=7)
_COLUMNS = ("at", "by", "role", "action", "subject", "reason", "facts", "request_id", "actor_id", "id")
_By = Annotated[UUID | None, QueryParameter(name="actor")]
_Action = Annotated[str | None, QueryParameter(name="kind", pattern=r"^[a-z_.]{1,60}$")]
_From = Annotated[Moment | None, QueryParameter(name="from")]
_To = Annotated[Moment | None, QueryParameter(name="to")]
_Cursor = Annotated[str | None, QueryParameter(name="cursor", pattern=r"^[0-9TZ:.+ -]{1,40}_[0-9]{1,18}$")]


class Head(msgspec.Struct):
    """`size`: rows covered. `root`: of the tree (RFC 6962), in hex. `note`: the signed text."""

    size: int
    root: str
    note: str
    at: datetime


class Audit(Controller):
    path = "/v1/audit"
    tags = ("Audit",)

    @get("/", summary="Who viewed, decided or changed what, newest first", opt=_READ)
    async def listed(
        self,
        db: Database,
        actor: Actor,
        by: _By = None,
        action: _Action = None,
        subject: UUID | None = None,
        since: _From = None,
        until: _To = None,
        cursor: _Cursor = None,
    ) -> Items[AuditEntry]:
        """`kind`: an action, or its beginning up to a dot. Without `from`, the last seven days."""
        now = db.now()
        wanted = _filter(now, by, action, subject, since, until)
        found = await audit_log.entries(db, actor, wanted, _before(cursor), _PAGE, now)
        last = found[-1] if len(found) == _PAGE else None
        return Items(found, None if last is None else f"{last.at.isoformat()}_{last.id}")

    @get("/head", summary="The newest signed head of the audit's tree", opt=_READ)
    async def head(self, db: Database, actor: Actor) -> Head:
        found = await audit_log.head(db, actor)
        if found is None:
            raise NotFound
        return Head(found.size, found.root.hex(), found.note, found.at)

    @get("/export", summary="The audit as CSV", opt=_READ | {"step_up": True}, media_type="text/csv")
    async def export(
        self,
        db: Database,
        actor: Actor,
        by: _By = None,
        action: _Action = None,
        subject: UUID | None = None,
        since: _From = None,
        until: _To = None,
    ) -> Stream:
        now = db.now()
        pages = await audit_log.export(db, actor, _filter(now, by, action, subject, since, until), now)
        name = f"audit-{now:%Y-%m-%d}.csv"
        headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
        return Stream(_lines(pages), media_type="text/csv; charset=utf-8", headers=headers)


def _filter(
    now: datetime,
    by: UUID | None,
    action: str | None,
    subject: UUID | None,
    since: datetime | None,
    until: datetime | None,
) -> Filter:
    upto = now + timedelta(seconds=1) if until is None else until
    begin = upto - _RECENT if since is None else since
    if begin >= upto:
        raise Invalid("from", "not before `to`")
    return Filter(begin, upto, by, action, subject)


def _before(cursor: str | None) -> Before | None:
    if cursor is None:
        return None
    at, _, number = cursor.rpartition("_")
    try:
        moment = datetime.fromisoformat(at.replace(" ", "+"))
    except ValueError:
        raise Invalid("cursor", "not one that this call gave") from None
    if moment.tzinfo is None:
        raise Invalid("cursor", "not one that this call gave")
    return Before(moment, int(number))


async def _lines(pages: AsyncIterator[list[AuditEntry]]) -> AsyncIterator[str]:
    yield _csv([_COLUMNS])
    async for page in pages:
        yield _csv([[_cell(getattr(entry, column)) for column in _COLUMNS] for entry in page])


def _csv(rows: list[tuple[str, ...]] | list[list[str]]) -> str:
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue()


def _cell(value: object) -> str:
    """A spreadsheet would run what begins like a formula."""
    text = "" if value is None else value if isinstance(value, str) else msgspec.json.encode(value).decode().strip('"')
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t"} else text
