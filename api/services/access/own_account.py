"""What people do to their own account: a new password, their sessions, and proving once more who they are."""

from datetime import datetime
from uuid import UUID

from api.db.access import accounts, sessions
from api.db.access.sessions import SessionRow
from api.db.pool import Database
from api.domain.access.permissions import Actor, Operation, demand
from api.domain.access.pin import is_too_easy
from api.domain.errors import Invalid, NotFound, Unauthenticated
from api.services.access.passwords import check_strength, passwords
from api.services.access.sessions import Secret, User, prove
from api.services.context import entering
from api.services.records import journal


async def change_password(
    db: Database, actor: Actor, user: User, old: str, new: str, address: str, now: datetime
) -> None:
    """All other sessions end. Raises Invalid for a wrong old password, and for a new one that is too easy to guess."""
    demand(actor, Operation.OWN_ACCOUNT)
    await check_strength(new, user.username, user.display_name)
    await _prove_password(db, user, old, address, now)
    hashed = await passwords.hash(new)
    async with entering(db, actor, now) as context:
        await accounts.set_password.run(context.connection, id=actor.id, password_hash=hashed)
        await accounts.end_invitations.run(context.connection, account_id=actor.id)
        await sessions.revoke_all.run(context.connection, account_id=actor.id, now=now, but=actor.session_id)
        await journal.audit(context, "account.password", actor.id)


async def _prove_password(db: Database, user: User, password: str, address: str, now: datetime) -> None:
    try:
        await prove(db, user.username, address, now, Secret(password), password_alone=True)
    except Unauthenticated:
        raise Invalid("old", "not the present password") from None


async def set_pin(db: Database, actor: Actor, pin: str | None, now: datetime) -> None:
    """With which one opens a locked screen of the radio room; None removes it. Raises Invalid for an easy one."""
    demand(actor, Operation.OWN_ACCOUNT)
    if pin is not None and is_too_easy(pin):
        raise Invalid("pin", "too easy to guess")
    hashed = None if pin is None else await passwords.hash(pin)
    async with entering(db, actor, now) as context:
        await accounts.set_pin.run(context.connection, id=actor.id, pin_hash=hashed)
        await journal.audit(context, "account.pin" if pin else "account.no_pin", actor.id)


async def step_up(db: Database, actor: Actor, user: User, secret: Secret, address: str, now: datetime) -> None:
    """Prove once more who is sitting here: by the second factor if there is one, else by password. Raises Invalid."""
    demand(actor, Operation.OWN_ACCOUNT)
    try:
        await prove(db, user.username, address, now, secret)
    except Unauthenticated:
        raise Invalid("passkey" if secret.passkey else "otp" if secret.otp else "password", "wrong") from None
    async with entering(db, actor, now) as context:
        await sessions.note_proof.run(context.connection, id=actor.session_id, now=now)
        await journal.audit(context, "session.step_up", actor.session_id)


async def own_sessions(db: Database, actor: Actor) -> list[SessionRow]:
    demand(actor, Operation.OWN_ACCOUNT)
    async with db.looking(actor) as connection:
        return await sessions.list_of.all(connection, account_id=actor.id, now=db.now())


async def end_session(db: Database, actor: Actor, session_id: UUID | None, now: datetime) -> None:
    """One of one's own sessions, or all the others (None)."""
    demand(actor, Operation.OWN_ACCOUNT)
    async with entering(db, actor, now) as context:
        if session_id is None:
            await sessions.revoke_all.run(context.connection, account_id=actor.id, now=now, but=actor.session_id)
        elif not await sessions.revoke_one.run(context.connection, account_id=actor.id, id=session_id, now=now):
            raise NotFound(session_id=session_id)
        await journal.audit(context, "account.end_sessions", actor.id, session_id=session_id)
