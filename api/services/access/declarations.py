"""Persons and addresses that somebody must not handle, declared by themselves. New cases are compared with them."""

from datetime import datetime
from uuid import UUID

import msgspec

from api.db.incidents import oversight
from api.db.incidents.oversight import DeclarationRow
from api.db.pool import Database
from api.domain.access.permissions import Actor, Operation, demand
from api.domain.errors import Invalid, NotFound
from api.domain.incidents.conflict import FEWEST_DIGITS, FEWEST_LETTERS, DeclarationKind, digits
from api.services.context import entering
from api.services.records import journal


class NewDeclaration(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    kind: DeclarationKind
    words: str
    lat: float | None
    lon: float | None
    phone: str | None
    household: bool


async def listed(db: Database, actor: Actor) -> list[DeclarationRow]:
    demand(actor, Operation.OWN_ACCOUNT)
    async with db.looking(actor) as connection:
        return await oversight.declarations_of.all(connection, account_id=actor.id)


async def declare(db: Database, actor: Actor, new: NewDeclaration, now: datetime) -> list[DeclarationRow]:
    """Raises Invalid when it could match nothing, or far too much."""
    demand(actor, Operation.OWN_ACCOUNT)
    phone = digits(new.phone) if new.phone else None
    if new.kind == DeclarationKind.ADDRESS and (new.lat is None or new.lon is None):
        raise Invalid("lat", "an address needs its place on the map")
    if new.kind == DeclarationKind.PERSON and len(new.words.strip()) < FEWEST_LETTERS:
        raise Invalid("words", f"a name needs at least {FEWEST_LETTERS} letters")
    if phone is not None and len(phone) < FEWEST_DIGITS:
        raise Invalid("phone", f"a number needs at least {FEWEST_DIGITS} digits")
    async with entering(db, actor, now) as context:
        added = await oversight.add_declaration.run(
            context.connection,
            id=new.id,
            station_id=context.station_id,
            account_id=actor.id,
            kind=new.kind,
            words=new.words.strip(),
            lon=new.lon,
            lat=new.lat,
            phone=phone,
            household=new.household,
            now=now,
        )
        if added:
            await journal.audit(context, "conflict.declare", new.id, kind=new.kind, household=new.household)
        return await oversight.declarations_of.all(context.connection, account_id=actor.id)


async def end(db: Database, actor: Actor, declaration_id: UUID, now: datetime) -> None:
    demand(actor, Operation.OWN_ACCOUNT)
    async with entering(db, actor, now) as context:
        if not await oversight.end_declaration.run(context.connection, id=declaration_id, account_id=actor.id, now=now):
            raise NotFound(declaration_id=declaration_id)
        await journal.audit(context, "conflict.end", declaration_id)
