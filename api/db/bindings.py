"""Made by `make bindings` from the files in `sql/`: do not edit.

A query is a class, made once with the struct that its rows become. None stands for NULL, which every type has.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from api.db.pool import Connection
from api.db.queries import Command, Query, Row, Value


class ListAccounts(Query[Row]):
    """A station's accounts, or one of them: with its open invitation and when it was last used."""

    name = "list_accounts"

    async def all(
        self, connection: Connection, *, now: datetime | None, station_id: UUID | None, id: UUID | None
    ) -> list[Row]:
        return await self._all(connection, now=now, station_id=station_id, id=id)


class LockAccount(Query[Row]):
    """One account, locked until the commit."""

    name = "lock_account"

    async def one(self, connection: Connection, *, id: UUID | None) -> Row | None:
        return await self._one(connection, id=id)


class StationOfAccount(Value[UUID]):
    """The station of an account; null for somebody else's."""

    name = "station_of_account"

    async def get(self, connection: Connection, *, id: UUID | None) -> UUID | None:
        return await self._get(connection, id=id)


class LockAdmins(Query[Row]):
    """A station's administrators who are not disabled, locked until the commit, so that two do not disable each
    other."""

    name = "lock_admins"

    async def all(self, connection: Connection, *, station_id: UUID | None) -> list[Row]:
        return await self._all(connection, station_id=station_id)


class NameAccount(Query[Row]):
    """The account behind a user name, locked or not. Looks across stations."""

    name = "name_account"

    async def one(self, connection: Connection, *, username: str | None) -> Row | None:
        return await self._one(connection, username=username)


class AddAccount(Command):
    """Add a person's account; fails if the name is taken at any station. No password: the person chooses it."""

    name = "add_account"

    async def run(
        self,
        connection: Connection,
        *,
        id: UUID | None,
        station_id: UUID | None,
        role: str | None,
        username: str | None,
        display_name: str | None,
        password_hash: str | None,
        language: str | None,
        simulated: bool | None,
        default_unit_id: UUID | None,
    ) -> int:
        return await self._run(
            connection,
            id=id,
            station_id=station_id,
            role=role,
            username=username,
            display_name=display_name,
            password_hash=password_hash,
            language=language,
            simulated=simulated,
            default_unit_id=default_unit_id,
        )


class ChangeAccount(Command):
    """Change an account; its version goes up."""

    name = "change_account"

    async def run(
        self,
        connection: Connection,
        *,
        role: str | None,
        display_name: str | None,
        language: str | None,
        default_unit_id: UUID | None,
        id: UUID | None,
    ) -> int:
        return await self._run(
            connection, role=role, display_name=display_name, language=language, default_unit_id=default_unit_id, id=id
        )


class SetLanguage(Command):
    """Set the language of an account's screens and messages."""

    name = "set_language"

    async def run(self, connection: Connection, *, language: str | None, account_id: UUID | None) -> int:
        return await self._run(connection, language=language, account_id=account_id)


class SetAccountDisabled(Command):
    """Lock an account, or unlock it (null)."""

    name = "set_account_disabled"

    async def run(self, connection: Connection, *, at: datetime | None, id: UUID | None) -> int:
        return await self._run(connection, at=at, id=id)


class SetAccountPassword(Command):
    """Store the hash of a new password."""

    name = "set_account_password"

    async def run(self, connection: Connection, *, password_hash: str | None, id: UUID | None) -> int:
        return await self._run(connection, password_hash=password_hash, id=id)


class SetPin(Command):
    """Store the hash of a new PIN, or none."""

    name = "set_pin"

    async def run(self, connection: Connection, *, pin_hash: str | None, id: UUID | None) -> int:
        return await self._run(connection, pin_hash=pin_hash, id=id)


class AddInvitation(Command):
    """Invite a person to choose a password; earlier invitations end."""

    name = "add_invitation"

    async def run(
        self,
        connection: Connection,
        *,
        account_id: UUID | None,
        id: UUID | None,
        station_id: UUID | None,
        hash: bytes | None,
        by: UUID | None,
        now: datetime | None,
        expires_at: datetime | None,
    ) -> int:
        return await self._run(
            connection,
            account_id=account_id,
            id=id,
            station_id=station_id,
            hash=hash,
            by=by,
            now=now,
            expires_at=expires_at,
        )


class EndInvitations(Command):
    """End the open invitations of an account."""

    name = "end_invitations"

    async def run(self, connection: Connection, *, account_id: UUID | None) -> int:
        return await self._run(connection, account_id=account_id)


class FindInvitation(Query[Row]):
    """The invitation behind a code, open or not, of an account that is not locked. Looks across stations."""

    name = "find_invitation"

    async def one(self, connection: Connection, *, hash: bytes | None) -> Row | None:
        return await self._one(connection, hash=hash)


class UseInvitation(Value[UUID]):
    """Use an invitation, once: null if somebody just has, or if it has ended."""

    name = "use_invitation"

    async def get(self, connection: Connection, *, now: datetime | None, id: UUID | None) -> UUID | None:
        return await self._get(connection, now=now, id=id)


class BeginSecondFactor(Command):
    """Set up a second factor that a first code has yet to confirm."""

    name = "begin_second_factor"

    async def run(
        self, connection: Connection, *, secret: str | None, recovery: Sequence[bytes | None] | None, id: UUID | None
    ) -> int:
        return await self._run(connection, secret=secret, recovery=recovery, id=id)


class ConfirmSecondFactor(Command):
    """From now on the pending second factor is asked for."""

    name = "confirm_second_factor"

    async def run(self, connection: Connection, *, counter: int | None, id: UUID | None) -> int:
        return await self._run(connection, counter=counter, id=id)


class RemoveSecondFactor(Command):
    """The password alone is enough again."""

    name = "remove_second_factor"

    async def run(self, connection: Connection, *, id: UUID | None) -> int:
        return await self._run(connection, id=id)


class UseCounter(Value[UUID]):
    """Use the one-time code of this period; null if it, or a later one, has been used."""

    name = "use_counter"

    async def get(self, connection: Connection, *, counter: int | None, id: UUID | None) -> UUID | None:
        return await self._get(connection, counter=counter, id=id)


class UseRecoveryCode(Value[UUID]):
    """Use a recovery code; null if there is no such code, or no longer."""

    name = "use_recovery_code"

    async def get(self, connection: Connection, *, hash: bytes | None, id: UUID | None) -> UUID | None:
        return await self._get(connection, hash=hash, id=id)


class AddMachineToken(Command):
    """Add a worker's or an enroller's token; null lists mean every camera and every kind."""

    name = "add_machine_token"

    async def run(
        self,
        connection: Connection,
        *,
        id: UUID | None,
        station_id: UUID | None,
        role: str | None,
        label: str | None,
        hash: bytes | None,
        camera_ids: Sequence[UUID | None] | None,
        alert_kinds: Sequence[str | None] | None,
        created_by: UUID | None,
    ) -> int:
        return await self._run(
            connection,
            id=id,
            station_id=station_id,
            role=role,
            label=label,
            hash=hash,
            camera_ids=camera_ids,
            alert_kinds=alert_kinds,
            created_by=created_by,
        )


class ListMachineTokens(Query[Row]):
    """A station's machine tokens, trackers' too, or one of them; those revoked last."""

    name = "list_machine_tokens"

    async def all(self, connection: Connection, *, station_id: UUID | None, id: UUID | None) -> list[Row]:
        return await self._all(connection, station_id=station_id, id=id)


class NarrowMachineToken(Command):
    """Change what a token is good for; null lists mean every camera and every kind."""

    name = "narrow_machine_token"

    async def run(
        self,
        connection: Connection,
        *,
        label: str | None,
        camera_ids: Sequence[UUID | None] | None,
        alert_kinds: Sequence[str | None] | None,
        id: UUID | None,
    ) -> int:
        return await self._run(connection, label=label, camera_ids=camera_ids, alert_kinds=alert_kinds, id=id)


class RotateMachineToken(Command):
    """Give a machine a new token: the old one ends at once."""

    name = "rotate_machine_token"

    async def run(self, connection: Connection, *, hash: bytes | None, id: UUID | None) -> int:
        return await self._run(connection, hash=hash, id=id)


class RevokeMachineToken(Command):
    """From now on the token is unknown."""

    name = "revoke_machine_token"

    async def run(self, connection: Connection, *, now: datetime | None, id: UUID | None) -> int:
        return await self._run(connection, now=now, id=id)


class MachineUsed(Command):
    """Record when a machine was last heard from."""

    name = "machine_used"

    async def run(self, connection: Connection, *, now: datetime | None, id: UUID | None) -> int:
        return await self._run(connection, now=now, id=id)


class ListPasskeys(Query[Row]):
    """A person's passkeys, the oldest first."""

    name = "list_passkeys"

    async def all(self, connection: Connection, *, account_id: UUID | None) -> list[Row]:
        return await self._all(connection, account_id=account_id)


class AddPasskey(Command):
    """Register a passkey; the account counts it."""

    name = "add_passkey"

    async def run(
        self,
        connection: Connection,
        *,
        id: UUID | None,
        station_id: UUID | None,
        account_id: UUID | None,
        name: str | None,
        credential_id: bytes | None,
        public_key: bytes | None,
        sign_count: int | None,
        transports: Sequence[str | None] | None,
        now: datetime | None,
    ) -> int:
        return await self._run(
            connection,
            id=id,
            station_id=station_id,
            account_id=account_id,
            name=name,
            credential_id=credential_id,
            public_key=public_key,
            sign_count=sign_count,
            transports=transports,
            now=now,
        )


class RemovePasskeys(Command):
    """Remove a person's passkeys, or one of them; the account counts the others."""

    name = "remove_passkeys"

    async def run(self, connection: Connection, *, account_id: UUID | None, id: UUID | None) -> int:
        return await self._run(connection, account_id=account_id, id=id)


class UsePasskey(Value[UUID]):
    """Record a use; null if its counter has not grown, though it counts."""

    name = "use_passkey"

    async def get(
        self, connection: Connection, *, sign_count: int | None, now: datetime | None, id: UUID | None
    ) -> UUID | None:
        return await self._get(connection, sign_count=sign_count, now=now, id=id)


class AddPasskeyChallenge(Command):
    """Store a challenge; those that are over go."""

    name = "add_passkey_challenge"

    async def run(
        self,
        connection: Connection,
        *,
        now: datetime | None,
        hash: bytes | None,
        account_id: UUID | None,
        expires_at: datetime | None,
    ) -> int:
        return await self._run(connection, now=now, hash=hash, account_id=account_id, expires_at=expires_at)


class UsePasskeyChallenge(Value[bytes]):
    """Use a challenge up; null if there is none, no longer, or for somebody else."""

    name = "use_passkey_challenge"

    async def get(
        self, connection: Connection, *, hash: bytes | None, account_id: UUID | None, now: datetime | None
    ) -> bytes | None:
        return await self._get(connection, hash=hash, account_id=account_id, now=now)


class FindPeople(Query[Row]):
    """The valid sessions behind cookies, their accounts, and the units in which those are on duty. Looks across
    stations."""

    name = "find_people"

    async def all(self, connection: Connection, *, hashes: Sequence[bytes | None] | None) -> list[Row]:
        return await self._all(connection, hashes=hashes)


class FindAccount(Query[Row]):
    """The account behind a user name, with what the password check needs."""

    name = "find_account"

    async def one(self, connection: Connection, *, username: str | None) -> Row | None:
        return await self._one(connection, username=username)


class RevokeSessionsOf(Command):
    """End every valid session of an account, but one."""

    name = "revoke_sessions_of"

    async def run(
        self, connection: Connection, *, now: datetime | None, account_id: UUID | None, but: UUID | None
    ) -> int:
        return await self._run(connection, now=now, account_id=account_id, but=but)


class RevokeSessionOf(Command):
    """End one valid session of an account."""

    name = "revoke_session_of"

    async def run(
        self, connection: Connection, *, now: datetime | None, id: UUID | None, account_id: UUID | None
    ) -> int:
        return await self._run(connection, now=now, id=id, account_id=account_id)


class SessionsOf(Query[Row]):
    """An account's valid sessions, the last used first."""

    name = "sessions_of"

    async def all(self, connection: Connection, *, account_id: UUID | None, now: datetime | None) -> list[Row]:
        return await self._all(connection, account_id=account_id, now=now)


class NoteUse(Command):
    """A session has just been used."""

    name = "note_use"

    async def run(self, connection: Connection, *, now: datetime | None, id: UUID | None) -> int:
        return await self._run(connection, now=now, id=id)


class NoteProof(Command):
    """The session's user has just proved again who they are."""

    name = "note_proof"

    async def run(self, connection: Connection, *, now: datetime | None, id: UUID | None) -> int:
        return await self._run(connection, now=now, id=id)


class FindMachines(Query[Row]):
    """The machines behind bearer tokens. Looks across stations."""

    name = "find_machines"

    async def all(self, connection: Connection, *, hashes: Sequence[bytes | None] | None) -> list[Row]:
        return await self._all(connection, hashes=hashes)


class LiveCallers(Query[Row]):
    """Which of these sessions are still valid, and the units in which their accounts are on duty: open streams check
    every few seconds."""

    name = "live_callers"

    async def all(self, connection: Connection, *, ids: Sequence[UUID | None] | None) -> list[Row]:
        return await self._all(connection, ids=ids)


class OpenSession(Command):
    """Store a new session; only the token's hash is kept."""

    name = "open_session"

    async def run(
        self,
        connection: Connection,
        *,
        id: UUID | None,
        station_id: UUID | None,
        account_id: UUID | None,
        hash: bytes | None,
        now: datetime | None,
        expires_at: datetime | None,
        device: str | None,
        address: str | None,
        proved_at: datetime | None,
    ) -> int:
        return await self._run(
            connection,
            id=id,
            station_id=station_id,
            account_id=account_id,
            hash=hash,
            now=now,
            expires_at=expires_at,
            device=device,
            address=address,
            proved_at=proved_at,
        )


class LockSession(Command):
    """From now on the session shows and does nothing."""

    name = "lock_session"

    async def run(self, connection: Connection, *, now: datetime | None, id: UUID | None) -> int:
        return await self._run(connection, now=now, id=id)


class RevokeSession(Command):
    """Sign out of one session."""

    name = "revoke_session"

    async def run(self, connection: Connection, *, now: datetime | None, id: UUID | None) -> int:
        return await self._run(connection, now=now, id=id)


class RecordSignInFailure(Command):
    """Count an attempt before its password is checked; taken back if it was right, or was never checked."""

    name = "record_sign_in_failure"

    async def run(
        self,
        connection: Connection,
        *,
        id: UUID | None,
        username: str | None,
        address: str | None,
        now: datetime | None,
    ) -> int:
        return await self._run(connection, id=id, username=username, address=address, now=now)


class ForgetAttempt(Command):
    """Take back one counted failure: the password turned out to be right."""

    name = "forget_attempt"

    async def run(self, connection: Connection, *, id: UUID | None) -> int:
        return await self._run(connection, id=id)


class SignInFailures(Query[Row]):
    """Recent failures of this name from this address, and of this address under any name, excluding the current
    attempt."""

    name = "sign_in_failures"

    async def one(
        self,
        connection: Connection,
        *,
        username: str | None,
        address: str | None,
        since: datetime | None,
        but: UUID | None,
    ) -> Row | None:
        return await self._one(connection, username=username, address=address, since=since, but=but)


class ForgetSignInFailures(Command):
    """Reset the count of a name from one address."""

    name = "forget_sign_in_failures"

    async def run(self, connection: Connection, *, username: str | None, address: str | None) -> int:
        return await self._run(connection, username=username, address=address)


class ClaimKey(Command):
    """Claim an idempotency key; no row if it is already taken."""

    name = "claim_key"

    async def run(
        self,
        connection: Connection,
        *,
        principal_id: UUID | None,
        station_id: UUID | None,
        key: UUID | None,
        route: str | None,
        hash: bytes | None,
        now: datetime | None,
    ) -> int:
        return await self._run(
            connection, principal_id=principal_id, station_id=station_id, key=key, route=route, hash=hash, now=now
        )


class ReadKey(Query[Row]):
    """A stored Idempotency-Key: its route, its content and, once there is one, its answer."""

    name = "read_key"

    async def one(self, connection: Connection, *, principal_id: UUID | None, key: UUID | None) -> Row | None:
        return await self._one(connection, principal_id=principal_id, key=key)


class AnswerKey(Command):
    """Store the answer, for a retry of the call."""

    name = "answer_key"

    async def run(
        self,
        connection: Connection,
        *,
        status: int | None,
        body: bytes | None,
        principal_id: UUID | None,
        key: UUID | None,
    ) -> int:
        return await self._run(connection, status=status, body=body, principal_id=principal_id, key=key)


class ReleaseKey(Command):
    """Free a key whose call failed, so that it can be retried."""

    name = "release_key"

    async def run(self, connection: Connection, *, principal_id: UUID | None, key: UUID | None) -> int:
        return await self._run(connection, principal_id=principal_id, key=key)


class CountRequests(Query[Row]):
    """`count_request`, for several callers at once."""

    name = "count_requests"

    async def all(
        self, connection: Connection, *, window_at: datetime | None, callers: Sequence[bytes | None] | None
    ) -> list[Row]:
        return await self._all(connection, window_at=window_at, callers=callers)


class CountRequest(Value[int]):
    """How many calls this caller has made to a limited route within the window, this one included."""

    name = "count_request"

    async def get(self, connection: Connection, *, caller: bytes | None, window_at: datetime | None) -> int | None:
        return await self._get(connection, caller=caller, window_at=window_at)


class LockTree(Value[bool]):
    """Lock a station for sealing: one sealer at a time; the others move on to the next station."""

    name = "lock_tree"

    async def get(self, connection: Connection, *, station_id: UUID | None) -> bool | None:
        return await self._get(connection, station_id=station_id)


class LastHead(Query[Row]):
    """The newest signed head of a station's audit tree."""

    name = "last_head"

    async def one(self, connection: Connection, *, station_id: UUID | None) -> Row | None:
        return await self._one(connection, station_id=station_id)


class Heads(Query[Row]):
    """Signed heads beyond a size, smallest first."""

    name = "heads"

    async def all(
        self, connection: Connection, *, station_id: UUID | None, above: int | None, most: int | None
    ) -> list[Row]:
        return await self._all(connection, station_id=station_id, above=above, most=most)


class HeadSizes(Query[Row]):
    """How many rows each head covers."""

    name = "head_sizes"

    async def all(self, connection: Connection, *, station_id: UUID | None) -> list[Row]:
        return await self._all(connection, station_id=station_id)


class HasNote(Value[bool]):
    """Whether the tree has exactly this head."""

    name = "has_note"

    async def get(
        self, connection: Connection, *, station_id: UUID | None, size: int | None, note: str | None
    ) -> bool | None:
        return await self._get(connection, station_id=station_id, size=size, note=note)


class AddHead(Command):
    """Store a signed head; heads are only ever added."""

    name = "add_head"

    async def run(
        self,
        connection: Connection,
        *,
        station_id: UUID | None,
        size: int | None,
        tx: str | None,
        audit_id: int | None,
        peaks: bytes | None,
        root: bytes | None,
        note: str | None,
        now: datetime | None,
    ) -> int:
        return await self._run(
            connection,
            station_id=station_id,
            size=size,
            tx=tx,
            audit_id=audit_id,
            peaks=peaks,
            root=root,
            note=note,
            now=now,
        )


class AddLeaves(Command):
    """Append rows to the tree, in the order in which they were committed."""

    name = "add_leaves"

    async def run(
        self,
        connection: Connection,
        *,
        station_id: UUID | None,
        first: int | None,
        txs: Sequence[str | None] | None,
        ids: Sequence[int | None] | None,
        ats: Sequence[datetime | None] | None,
        hashes: Sequence[bytes | None] | None,
    ) -> int:
        return await self._run(connection, station_id=station_id, first=first, txs=txs, ids=ids, ats=ats, hashes=hashes)


class Leaves(Query[Row]):
    """Leaves from a position on, in order."""

    name = "leaves"

    async def all(
        self, connection: Connection, *, station_id: UUID | None, first: int | None, most: int | None
    ) -> list[Row]:
        return await self._all(connection, station_id=station_id, first=first, most=most)


class LeafHashes(Value[bytes]):
    """The first `size` hashes, concatenated."""

    name = "leaf_hashes"

    async def get(self, connection: Connection, *, station_id: UUID | None, size: int | None) -> bytes | None:
        return await self._get(connection, station_id=station_id, size=size)


class LeafOf(Query[Row]):
    """The position of one audit row in the tree."""

    name = "leaf_of"

    async def one(self, connection: Connection, *, station_id: UUID | None, audit_id: int | None) -> Row | None:
        return await self._one(connection, station_id=station_id, audit_id=audit_id)


class AuditAfter(Query[Row]):
    """Audit rows past a position, in the order in which they became visible, only those that can no longer change;
    as jsonb, whose text is the same for the same content."""

    name = "audit_after"

    async def all(
        self, connection: Connection, *, station_id: UUID | None, tx: str | None, id: int | None, most: int | None
    ) -> list[Row]:
        return await self._all(connection, station_id=station_id, tx=tx, id=id, most=most)


class AuditBetween(Query[Row]):
    """Audit rows past a position, up to another one."""

    name = "audit_between"

    async def all(
        self,
        connection: Connection,
        *,
        station_id: UUID | None,
        tx: str | None,
        id: int | None,
        upto_tx: str | None,
        upto_id: int | None,
    ) -> list[Row]:
        return await self._all(connection, station_id=station_id, tx=tx, id=id, upto_tx=upto_tx, upto_id=upto_id)


class Generation(Value[UUID]):
    """The database's generation: a restore starts a new one."""

    name = "generation"

    async def get(self, connection: Connection) -> UUID | None:
        return await self._get(connection)


class LastTimestamp(Query[Row]):
    """The newest RFC 3161 time-stamp of a station's heads."""

    name = "last_timestamp"

    async def one(self, connection: Connection, *, station_id: UUID | None) -> Row | None:
        return await self._one(connection, station_id=station_id)


class Timestamps(Query[Row]):
    """All time-stamps of a station's heads, smallest first."""

    name = "timestamps"

    async def all(self, connection: Connection, *, station_id: UUID | None) -> list[Row]:
        return await self._all(connection, station_id=station_id)


class StampedNotes(Query[Row]):
    """The heads that were time-stamped, for verification."""

    name = "stamped_notes"

    async def all(self, connection: Connection, *, station_id: UUID | None) -> list[Row]:
        return await self._all(connection, station_id=station_id)


class AddTimestamp(Command):
    """Store a time-stamping authority's answer for a head."""

    name = "add_timestamp"

    async def run(
        self,
        connection: Connection,
        *,
        station_id: UUID | None,
        size: int | None,
        token: bytes | None,
        now: datetime | None,
    ) -> int:
        return await self._run(connection, station_id=station_id, size=size, token=token, now=now)


class ReadAudit(Query[Row]):
    """What was viewed, decided or changed within a time, newest first; null filters do not limit. `action` is the
    whole word, or its beginning up to a dot."""

    name = "read_audit"

    async def all(
        self,
        connection: Connection,
        *,
        station_id: UUID | None,
        since: datetime | None,
        until: datetime | None,
        before_at: datetime | None,
        before_id: int | None,
        actor_id: UUID | None,
        action: str | None,
        subject: UUID | None,
        most: int | None,
    ) -> list[Row]:
        return await self._all(
            connection,
            station_id=station_id,
            since=since,
            until=until,
            before_at=before_at,
            before_id=before_id,
            actor_id=actor_id,
            action=action,
            subject=subject,
            most=most,
        )


class AddCallerLocation(Command):
    """Where a caller's phone says it is."""

    name = "add_caller_location"

    async def run(
        self,
        connection: Connection,
        *,
        station_id: UUID | None,
        incident_id: UUID | None,
        report_id: UUID | None,
        number: str | None,
        source: str | None,
        method: str | None,
        lat: float | None,
        lon: float | None,
        accuracy: float | None,
        floor: str | None,
        phone: bytes | None,
        located_at: datetime | None,
        now: datetime | None,
    ) -> int:
        return await self._run(
            connection,
            station_id=station_id,
            incident_id=incident_id,
            report_id=report_id,
            number=number,
            source=source,
            method=method,
            lat=lat,
            lon=lon,
            accuracy=accuracy,
            floor=floor,
            phone=phone,
            located_at=located_at,
            now=now,
        )


class CaseOfNumber(Value[UUID]):
    """The newest active case whose caller has this number."""

    name = "case_of_number"

    async def get(
        self, connection: Connection, *, station_id: UUID | None, since: datetime | None, number: str | None
    ) -> UUID | None:
        return await self._get(connection, station_id=station_id, since=since, number=number)


class MatchCallerLocations(Command):
    """What phones with these numbers have just said of themselves belongs to this case."""

    name = "match_caller_locations"

    async def run(
        self,
        connection: Connection,
        *,
        incident_id: UUID | None,
        station_id: UUID | None,
        numbers: Sequence[str | None] | None,
        since: datetime | None,
    ) -> int:
        return await self._run(connection, incident_id=incident_id, station_id=station_id, numbers=numbers, since=since)


class CallerLocations(Query[Row]):
    """Where the caller's phone was, the newest first."""

    name = "caller_locations"

    async def all(self, connection: Connection, *, incident_id: UUID | None) -> list[Row]:
        return await self._all(connection, incident_id=incident_id)


class UnmatchedCallerLocations(Query[Row]):
    """Phones that have just called and belong to no case yet: the newest word of each number."""

    name = "unmatched_caller_locations"

    async def all(self, connection: Connection, *, station_id: UUID | None, since: datetime | None) -> list[Row]:
        return await self._all(connection, station_id=station_id, since=since)


class AddCallerLink(Command):
    """A link for the caller's phone."""

    name = "add_caller_link"

    async def run(
        self,
        connection: Connection,
        *,
        report_id: UUID | None,
        station_id: UUID | None,
        incident_id: UUID | None,
        code: str | None,
        sent_to: str | None,
        by: UUID | None,
        now: datetime | None,
        expires_at: datetime | None,
    ) -> int:
        return await self._run(
            connection,
            report_id=report_id,
            station_id=station_id,
            incident_id=incident_id,
            code=code,
            sent_to=sent_to,
            by=by,
            now=now,
            expires_at=expires_at,
        )


class LinkOf(Query[Row]):
    """A link by its report, with how the case stands."""

    name = "link_of"

    async def one(self, connection: Connection, *, report_id: UUID | None) -> Row | None:
        return await self._one(connection, report_id=report_id)


class NewestLink(Query[Row]):
    """The link of a case that was made last."""

    name = "newest_link"

    async def one(self, connection: Connection, *, incident_id: UUID | None) -> Row | None:
        return await self._one(connection, incident_id=incident_id)


class LinkByCode(Query[Row]):
    """Whose link a code opens. Looks across stations, through a function that only reads."""

    name = "link_by_code"

    async def one(self, connection: Connection, *, code: str | None, now: datetime | None) -> Row | None:
        return await self._one(connection, code=code, now=now)


class UseCode(Command):
    """A code is good once."""

    name = "use_code"

    async def run(self, connection: Connection, *, now: datetime | None, report_id: UUID | None) -> int:
        return await self._run(connection, now=now, report_id=report_id)


class LinkOpened(Command):
    """The caller has opened it; the first time is kept."""

    name = "link_opened"

    async def run(self, connection: Connection, *, now: datetime | None, report_id: UUID | None) -> int:
        return await self._run(connection, now=now, report_id=report_id)


class EndLink(Command):
    """End the links of a case."""

    name = "end_link"

    async def run(self, connection: Connection, *, now: datetime | None, incident_id: UUID | None) -> int:
        return await self._run(connection, now=now, incident_id=incident_id)


class AddReport(Command):
    """Store a citizen's report; does nothing if the id is already known."""

    name = "add_report"

    async def run(
        self,
        connection: Connection,
        *,
        id: UUID | None,
        station_id: UUID | None,
        kind: str | None,
        description: str | None,
        lon: float | None,
        lat: float | None,
        accuracy: float | None,
        contact: str | None,
        safe_to_call: bool | None,
        silent: bool | None,
        language: str | None,
        covered: bool | None,
        over_limit: bool | None,
        content_hash: bytes | None,
        sender: bytes | None,
        hazards: Sequence[str | None] | None,
        injured: bool | None,
        secret_hash: bytes | None,
        about_police: bool | None,
        now: datetime | None,
    ) -> int:
        return await self._run(
            connection,
            id=id,
            station_id=station_id,
            kind=kind,
            description=description,
            lon=lon,
            lat=lat,
            accuracy=accuracy,
            contact=contact,
            safe_to_call=safe_to_call,
            silent=silent,
            language=language,
            covered=covered,
            over_limit=over_limit,
            content_hash=content_hash,
            sender=sender,
            hazards=hazards,
            injured=injured,
            secret_hash=secret_hash,
            about_police=about_police,
            now=now,
        )


class JoinReport(Command):
    """The incident that a report belongs to."""

    name = "join_report"

    async def run(self, connection: Connection, *, incident_id: UUID | None, id: UUID | None) -> int:
        return await self._run(connection, incident_id=incident_id, id=id)


class ReportStation(Value[UUID]):
    """The station of a report. Looks across stations, through a function that only reads."""

    name = "report_station"

    async def get(self, connection: Connection, *, id: UUID | None) -> UUID | None:
        return await self._get(connection, id=id)


class ReadReport(Query[Row]):
    """One report, for its sender and its followers."""

    name = "read_report"

    async def one(self, connection: Connection, *, id: UUID | None) -> Row | None:
        return await self._one(connection, id=id)


class ReportsOfIncident(Query[Row]):
    """The reports on the desk of one case, with contact and accuracy; also those of the case that another station
    has handed over as this one, which row security lets through while it is shared."""

    name = "reports_of_incident"

    async def all(self, connection: Connection, *, incident_id: UUID | None) -> list[Row]:
        return await self._all(connection, incident_id=incident_id)


class MessagesOf(Query[Row]):
    """Messages between sender and radio room, in order."""

    name = "messages_of"

    async def all(self, connection: Connection, *, report_ids: Sequence[UUID | None] | None) -> list[Row]:
        return await self._all(connection, report_ids=report_ids)


class PhotosOf(Query[Row]):
    """Ids of the photos of some reports, in order; the pictures themselves are read one by one."""

    name = "photos_of"

    async def all(self, connection: Connection, *, report_ids: Sequence[UUID | None] | None) -> list[Row]:
        return await self._all(connection, report_ids=report_ids)


class PhotoDigests(Query[Row]):
    """SHA-256 of each photo: whether two reports show the same picture."""

    name = "photo_digests"

    async def all(self, connection: Connection, *, report_ids: Sequence[UUID | None] | None) -> list[Row]:
        return await self._all(connection, report_ids=report_ids)


class AddMessage(Command):
    """Add a message from the sender or the radio room."""

    name = "add_message"

    async def run(
        self,
        connection: Connection,
        *,
        station_id: UUID | None,
        report_id: UUID | None,
        sender: str | None,
        text: str | None,
        now: datetime | None,
    ) -> int:
        return await self._run(
            connection, station_id=station_id, report_id=report_id, sender=sender, text=text, now=now
        )


class AddPhoto(Command):
    """Add a photo to a report, already re-encoded."""

    name = "add_photo"

    async def run(
        self,
        connection: Connection,
        *,
        id: UUID | None,
        station_id: UUID | None,
        report_id: UUID | None,
        jpeg: bytes | None,
        now: datetime | None,
    ) -> int:
        return await self._run(connection, id=id, station_id=station_id, report_id=report_id, jpeg=jpeg, now=now)


class CountPhotos(Value[int]):
    """How many photos a report has."""

    name = "count_photos"

    async def get(self, connection: Connection, *, report_id: UUID | None) -> int | None:
        return await self._get(connection, report_id=report_id)


class PhotoOfUnit(Value[bool]):
    """Whether the photo belongs to a case that the unit holds or is being offered."""

    name = "photo_of_unit"

    async def get(self, connection: Connection, *, id: UUID | None, unit_id: UUID | None) -> bool | None:
        return await self._get(connection, id=id, unit_id=unit_id)


class ReadPhoto(Value[bytes]):
    """The picture itself, if its case is not hidden from the reader."""

    name = "read_photo"

    async def get(self, connection: Connection, *, id: UUID | None, reader: UUID | None) -> bytes | None:
        return await self._get(connection, id=id, reader=reader)


class MoveReport(Command):
    """Update the sender's position."""

    name = "move_report"

    async def run(
        self, connection: Connection, *, lon: float | None, lat: float | None, accuracy: float | None, id: UUID | None
    ) -> int:
        return await self._run(connection, lon=lon, lat=lat, accuracy=accuracy, id=id)


class MarkReportSafe(Command):
    """Record that the sender is safe; the first time is kept."""

    name = "mark_report_safe"

    async def run(self, connection: Connection, *, now: datetime | None, id: UUID | None) -> int:
        return await self._run(connection, now=now, id=id)


class MarkReportCancelled(Command):
    """Record that the sender cancels the report; the first time is kept."""

    name = "mark_report_cancelled"

    async def run(self, connection: Connection, *, now: datetime | None, id: UUID | None) -> int:
        return await self._run(connection, now=now, id=id)


class NeighbourUnits(Query[Row]):
    """The nearest free units of stations that lend theirs. Looks across stations, through a function that only
    reads."""

    name = "neighbour_units"

    async def all(self, connection: Connection, *, lon: float | None, lat: float | None, most: int | None) -> list[Row]:
        return await self._all(connection, lon=lon, lat=lat, most=most)


class StationsNear(Query[Row]):
    """Other stations by how far their areas are from a place. Looks across stations, through a function that only
    reads."""

    name = "stations_near"

    async def all(self, connection: Connection, *, lon: float | None, lat: float | None, most: int | None) -> list[Row]:
        return await self._all(connection, lon=lon, lat=lat, most=most)


class AddAid(Command):
    """Ask another station for a unit, or to take the case over."""

    name = "add_aid"

    async def run(
        self,
        connection: Connection,
        *,
        id: UUID | None,
        station_id: UUID | None,
        incident_id: UUID | None,
        to_station_id: UUID | None,
        aid_incident_id: UUID | None,
        to_name_th: str | None,
        to_name_en: str | None,
        hand_over: bool | None,
        reason: str | None,
        from_name_th: str | None,
        from_name_en: str | None,
        from_reference: str | None,
        priority: int | None,
        asked_at: datetime | None,
        asked_by: UUID | None,
    ) -> int:
        return await self._run(
            connection,
            id=id,
            station_id=station_id,
            incident_id=incident_id,
            to_station_id=to_station_id,
            aid_incident_id=aid_incident_id,
            to_name_th=to_name_th,
            to_name_en=to_name_en,
            hand_over=hand_over,
            reason=reason,
            from_name_th=from_name_th,
            from_name_en=from_name_en,
            from_reference=from_reference,
            priority=priority,
            asked_at=asked_at,
            asked_by=asked_by,
        )


class AidOf(Query[Row]):
    """What was requested from other stations for these incidents, and how far their units are."""

    name = "aid_of"

    async def all(self, connection: Connection, *, incident_ids: Sequence[UUID | None] | None) -> list[Row]:
        return await self._all(connection, incident_ids=incident_ids)


class AskersOf(Query[Row]):
    """Which other station's case each of these stands for here, and what was asked."""

    name = "askers_of"

    async def all(self, connection: Connection, *, incident_ids: Sequence[UUID | None] | None) -> list[Row]:
        return await self._all(connection, incident_ids=incident_ids)


class HandOverTo(Query[Row]):
    """The newest hand-over of a case to this station, by the giver's id of the case or by ours."""

    name = "hand_over_to"

    async def one(self, connection: Connection, *, station_id: UUID | None, incident_id: UUID | None) -> Row | None:
        return await self._one(connection, station_id=station_id, incident_id=incident_id)


class OpenHandOvers(Query[Row]):
    """Hand-overs between the stations of a province that wait for an answer, the oldest first."""

    name = "open_hand_overs"

    async def all(self, connection: Connection, *, station_id: UUID | None) -> list[Row]:
        return await self._all(connection, station_id=station_id)


class AnswerHandOver(Command):
    """Answer it, once."""

    name = "answer_hand_over"

    async def run(
        self,
        connection: Connection,
        *,
        answer: str | None,
        reason: str | None,
        now: datetime | None,
        aid_incident_id: UUID | None,
    ) -> int:
        return await self._run(connection, answer=answer, reason=reason, now=now, aid_incident_id=aid_incident_id)


class LinkAid(Command):
    """Record in the other station's incident which one it is a proxy for."""

    name = "link_aid"

    async def run(self, connection: Connection, *, aids: UUID | None, id: UUID | None) -> int:
        return await self._run(connection, aids=aids, id=id)


class ShareIncident(Command):
    """Let another station read a case, with its reports; a time in the past ends that."""

    name = "share_incident"

    async def run(
        self,
        connection: Connection,
        *,
        incident_id: UUID | None,
        station_id: UUID | None,
        to_station_id: UUID | None,
        by: UUID | None,
        until: datetime | None,
    ) -> int:
        return await self._run(
            connection, incident_id=incident_id, station_id=station_id, to_station_id=to_station_id, by=by, until=until
        )


class ProvinceOf(Value[UUID]):
    """The office of a station's province. Looks across stations, through a function that only reads."""

    name = "province_of"

    async def get(self, connection: Connection, *, station_id: UUID | None) -> UUID | None:
        return await self._get(connection, station_id=station_id)


class ReportAid(Query[Row]):
    """Record the other station's unit's progress; returns the incident it helps with, its station, and whether that
    has handed it over."""

    name = "report_aid"

    async def one(
        self,
        connection: Connection,
        *,
        callsign: str | None,
        accepted_at: datetime | None,
        arrives_at: datetime | None,
        arrived_at: datetime | None,
        ended_at: datetime | None,
        aid_incident_id: UUID | None,
    ) -> Row | None:
        return await self._one(
            connection,
            callsign=callsign,
            accepted_at=accepted_at,
            arrives_at=arrives_at,
            arrived_at=arrived_at,
            ended_at=ended_at,
            aid_incident_id=aid_incident_id,
        )


class FindAssignment(Query[Row]):
    """The incident and unit of an assignment, without a lock: locks are taken in order afterwards."""

    name = "find_assignment"

    async def one(self, connection: Connection, *, id: UUID | None) -> Row | None:
        return await self._one(connection, id=id)


class LockAssignment(Query[Row]):
    """One assignment, locked until the commit."""

    name = "lock_assignment"

    async def one(self, connection: Connection, *, id: UUID | None) -> Row | None:
        return await self._one(connection, id=id)


class AssignmentsOf(Query[Row]):
    """Every unit that was asked or sent, for these incidents."""

    name = "assignments_of"

    async def all(self, connection: Connection, *, incident_ids: Sequence[UUID | None] | None) -> list[Row]:
        return await self._all(connection, incident_ids=incident_ids)


class LiveAssignmentsOf(Query[Row]):
    """Offered or held assignments of an incident, locked in the order of their units."""

    name = "live_assignments_of"

    async def all(self, connection: Connection, *, incident_id: UUID | None) -> list[Row]:
        return await self._all(connection, incident_id=incident_id)


class CountBeen(Value[int]):
    """Units that have been at the scene and are no longer on the case."""

    name = "count_been"

    async def get(self, connection: Connection, *, incident_id: UUID | None) -> int | None:
        return await self._get(connection, incident_id=incident_id)


class IsSecond(Value[bool]):
    """Whether another unit has, or has had, the incident of this assignment."""

    name = "is_second"

    async def get(self, connection: Connection, *, id: UUID | None) -> bool | None:
        return await self._get(connection, id=id)


class AllAssignmentsOf(Query[Row]):
    """All assignments of an incident, whatever came of them. Nobody changes one without the incident's lock."""

    name = "all_assignments_of"

    async def all(self, connection: Connection, *, incident_id: UUID | None) -> list[Row]:
        return await self._all(connection, incident_id=incident_id)


class CurrentOfUnit(Query[Row]):
    """The assignment that a unit holds or is being offered."""

    name = "current_of_unit"

    async def all(self, connection: Connection, *, unit_id: UUID | None) -> list[Row]:
        return await self._all(connection, unit_id=unit_id)


class MissedByUnit(Query[Row]):
    """The last offer that the unit left unanswered in its current shift."""

    name = "missed_by_unit"

    async def one(self, connection: Connection, *, unit_id: UUID | None, since: datetime | None) -> Row | None:
        return await self._one(connection, unit_id=unit_id, since=since)


class UnitHadIncident(Value[bool]):
    """Whether a unit is or was on a case, so that its crew may see it."""

    name = "unit_had_incident"

    async def get(self, connection: Connection, *, unit_id: UUID | None, incident_id: UUID | None) -> bool | None:
        return await self._get(connection, unit_id=unit_id, incident_id=incident_id)


class AddAssignment(Command):
    """Offer or order a unit to an incident, and record why this one was chosen, with the candidates it was chosen
    from. Unique indexes refuse a second job or a second lead."""

    name = "add_assignment"

    async def run(
        self,
        connection: Connection,
        *,
        station_id: UUID | None,
        incident_id: UUID | None,
        id: UUID | None,
        unit_id: UUID | None,
        decision: str | None,
        by: UUID | None,
        offered_at: datetime | None,
        explanation: object | None,
        candidates: object | None,
        state: str | None,
        mode: str | None,
        lead: bool | None,
        offer_ends_at: datetime | None,
        eta_seconds: float | None,
        eta_source: str | None,
        distance_m: float | None,
        replaces: UUID | None,
        predicted_seconds: float | None,
        correction: float | None,
    ) -> int:
        return await self._run(
            connection,
            station_id=station_id,
            incident_id=incident_id,
            id=id,
            unit_id=unit_id,
            decision=decision,
            by=by,
            offered_at=offered_at,
            explanation=explanation,
            candidates=candidates,
            state=state,
            mode=mode,
            lead=lead,
            offer_ends_at=offer_ends_at,
            eta_seconds=eta_seconds,
            eta_source=eta_source,
            distance_m=distance_m,
            replaces=replaces,
            predicted_seconds=predicted_seconds,
            correction=correction,
        )


class SaveAssignmentState(Command):
    """Record one step of an assignment, with the remarks made at its end."""

    name = "save_assignment_state"

    async def run(
        self,
        connection: Connection,
        *,
        state: str | None,
        lead: bool | None,
        ended_at: datetime | None,
        withdrawn_because: str | None,
        disposition: str | None,
        note: str | None,
        id: UUID | None,
    ) -> int:
        return await self._run(
            connection,
            state=state,
            lead=lead,
            ended_at=ended_at,
            withdrawn_because=withdrawn_because,
            disposition=disposition,
            note=note,
            id=id,
        )


class SetOfferEnd(Command):
    """Set when an offer expires: counted from the moment the phone has it."""

    name = "set_offer_end"

    async def run(self, connection: Connection, *, offer_ends_at: datetime | None, id: UUID | None) -> int:
        return await self._run(connection, offer_ends_at=offer_ends_at, id=id)


class SetAssignmentEta(Command):
    """Update distance and travel time as just measured."""

    name = "set_assignment_eta"

    async def run(
        self,
        connection: Connection,
        *,
        eta_seconds: float | None,
        eta_source: str | None,
        now: datetime | None,
        distance_m: float | None,
        id: UUID | None,
    ) -> int:
        return await self._run(
            connection, eta_seconds=eta_seconds, eta_source=eta_source, now=now, distance_m=distance_m, id=id
        )


class CallsOfStation(Query[Row]):
    """Active incidents that units are sought for: those that still miss one, the named ones, those whose units may
    be needed elsewhere (drills, one sender's unverified calls), or every one; with its legs. A unit that has
    been there and left counts towards those wanted."""

    name = "calls_of_station"

    async def all(
        self,
        connection: Connection,
        *,
        station_id: UUID | None,
        everything: bool | None,
        incident_ids: Sequence[UUID | None] | None,
    ) -> list[Row]:
        return await self._all(connection, station_id=station_id, everything=everything, incident_ids=incident_ids)


class NearestFree(Query[Row]):
    """The nearest free units (KNN on geography; the CTE takes no lock, because locking straight from a KNN scan
    fails on PostgreSQL 15.18), or all of them if `most` is null. Free units have no job, so none is looked
    up."""

    name = "nearest_free"

    async def all(
        self, connection: Connection, *, station_id: UUID | None, lon: float | None, lat: float | None, most: int | None
    ) -> list[Row]:
        return await self._all(connection, station_id=station_id, lon=lon, lat=lat, most=most)


class UnitsNamed(Query[Row]):
    """Units' positions and whether their phones answer, without their jobs."""

    name = "units_named"

    async def all(self, connection: Connection, *, unit_ids: Sequence[UUID | None] | None) -> list[Row]:
        return await self._all(connection, unit_ids=unit_ids)


class UnitsAndJobs(Query[Row]):
    """Units with what they hold and are being offered. `busy`: only those that have a job. `unit_ids`: only these,
    else all of the station."""

    name = "units_and_jobs"

    async def all(
        self,
        connection: Connection,
        *,
        station_id: UUID | None,
        busy: bool | None,
        unit_ids: Sequence[UUID | None] | None,
    ) -> list[Row]:
        return await self._all(connection, station_id=station_id, busy=busy, unit_ids=unit_ids)


class RefusalsOf(Query[Row]):
    """Units not to be asked again: declined, withdrawn by the radio room, silent, or already been there; and those
    with somebody on board who must not handle the case."""

    name = "refusals_of"

    async def all(self, connection: Connection, *, incident_ids: Sequence[UUID | None] | None) -> list[Row]:
        return await self._all(connection, incident_ids=incident_ids)


class KeepDecision(Command):
    """Record why this unit was chosen, with the candidates it was chosen from."""

    name = "keep_decision"

    async def run(
        self,
        connection: Connection,
        *,
        station_id: UUID | None,
        incident_id: UUID | None,
        assignment_id: UUID | None,
        unit_id: UUID | None,
        kind: str | None,
        by: UUID | None,
        at: datetime | None,
        explanation: object | None,
        candidates: object | None,
    ) -> int:
        return await self._run(
            connection,
            station_id=station_id,
            incident_id=incident_id,
            assignment_id=assignment_id,
            unit_id=unit_id,
            kind=kind,
            by=by,
            at=at,
            explanation=explanation,
            candidates=candidates,
        )


class DecisionsOf(Query[Row]):
    """The decisions about these incidents, in order, with who made them."""

    name = "decisions_of"

    async def all(self, connection: Connection, *, incident_ids: Sequence[UUID | None] | None) -> list[Row]:
        return await self._all(connection, incident_ids=incident_ids)


class AddProposal(Command):
    """Propose a move to the radio room; does nothing if the same one is already open."""

    name = "add_proposal"

    async def run(
        self,
        connection: Connection,
        *,
        id: UUID | None,
        station_id: UUID | None,
        kind: str | None,
        incident_id: UUID | None,
        unit_id: UUID | None,
        assignment_id: UUID | None,
        to_station_id: UUID | None,
        lon: float | None,
        lat: float | None,
        gain_seconds: float | None,
        explanation: object | None,
        candidates: object | None,
        made_at: datetime | None,
        expires_at: datetime | None,
    ) -> int:
        return await self._run(
            connection,
            id=id,
            station_id=station_id,
            kind=kind,
            incident_id=incident_id,
            unit_id=unit_id,
            assignment_id=assignment_id,
            to_station_id=to_station_id,
            lon=lon,
            lat=lat,
            gain_seconds=gain_seconds,
            explanation=explanation,
            candidates=candidates,
            made_at=made_at,
            expires_at=expires_at,
        )


class RenewProposal(Command):
    """Renew a proposal with its current reasons."""

    name = "renew_proposal"

    async def run(
        self,
        connection: Connection,
        *,
        gain_seconds: float | None,
        explanation: object | None,
        expires_at: datetime | None,
        id: UUID | None,
    ) -> int:
        return await self._run(
            connection, gain_seconds=gain_seconds, explanation=explanation, expires_at=expires_at, id=id
        )


class ListProposals(Query[Row]):
    """The open proposals of a station, or one by its id."""

    name = "list_proposals"

    async def all(self, connection: Connection, *, station_id: UUID | None) -> list[Row]:
        return await self._all(connection, station_id=station_id)


class EndProposalsOf(Command):
    """End the open proposals of a case that is over."""

    name = "end_proposals_of"

    async def run(self, connection: Connection, *, now: datetime | None, incident_id: UUID | None) -> int:
        return await self._run(connection, now=now, incident_id=incident_id)


class LockProposal(Query[Row]):
    """One proposal, locked until the commit."""

    name = "lock_proposal"

    async def one(self, connection: Connection, *, id: UUID | None) -> Row | None:
        return await self._one(connection, id=id)


class EndProposal(Command):
    """Record that a proposal was accepted, rejected, or is over."""

    name = "end_proposal"

    async def run(
        self,
        connection: Connection,
        *,
        state: str | None,
        by: UUID | None,
        now: datetime | None,
        reason: str | None,
        id: UUID | None,
    ) -> int:
        return await self._run(connection, state=state, by=by, now=now, reason=reason, id=id)


class ExamineStation(Query[Row]):
    """What must never be true of a station, whatever happened in whatever order: a row for each contradiction. Every
    decision is one commit, so none of them may be seen even for a moment; only what is due may be late by
    `grace`."""

    name = "examine_station"

    async def all(
        self, connection: Connection, *, station_id: UUID | None, now: datetime | None, grace: timedelta | None
    ) -> list[Row]:
        return await self._all(connection, station_id=station_id, now=now, grace=grace)


class RidesOf(Query[Row]):
    """Rides by road that ended at the scene: the time predicted when the unit was asked, and the actual time from
    acceptance."""

    name = "rides_of"

    async def all(
        self, connection: Connection, *, zone: str | None, station_id: UUID | None, since: datetime | None
    ) -> list[Row]:
        return await self._all(connection, zone=zone, station_id=station_id, since=since)


class ForgetCorrections(Command):
    """Delete the learned factors, before they are learned again."""

    name = "forget_corrections"

    async def run(self, connection: Connection, *, station_id: UUID | None) -> int:
        return await self._run(connection, station_id=station_id)


class SaveCorrection(Command):
    """Store the factor learned for one kind of unit in one hour of the day."""

    name = "save_correction"

    async def run(
        self,
        connection: Connection,
        *,
        station_id: UUID | None,
        kind: str | None,
        hour: int | None,
        factor: float | None,
        rides: int | None,
        now: datetime | None,
    ) -> int:
        return await self._run(
            connection, station_id=station_id, kind=kind, hour=hour, factor=factor, rides=rides, now=now
        )


class CorrectionsOf(Query[Row]):
    """The factors in force at a station."""

    name = "corrections_of"

    async def all(self, connection: Connection, *, station_id: UUID | None) -> list[Row]:
        return await self._all(connection, station_id=station_id)


class RideOf(Query[Row]):
    """One ride so far: its predicted time, and when it was accepted."""

    name = "ride_of"

    async def one(self, connection: Connection, *, assignment_id: UUID | None) -> Row | None:
        return await self._one(connection, assignment_id=assignment_id)


class ResponseStatistics(Query[Row]):
    """Per group: incidents, arrivals, share on time, and percentiles of each stage in seconds. Drills and merged
    cases never count; a case that nobody reached counts as late, one still within its target is not counted
    yet. Cancelled cases are counted separately, and those cancelled after their target as late. A neighbour's
    arrival counts, under its name. Cases far outside the station's area count only if a unit went there.
    LATERAL: the policies hide from the planner how few time points a month has, and it would read every
    station's."""

    name = "response_statistics"

    async def all(
        self,
        connection: Connection,
        *,
        station_id: UUID | None,
        since: datetime | None,
        until: datetime | None,
        now: datetime | None,
        by: str | None,
        zone: str | None,
        doubtful_ids: Sequence[UUID | None] | None,
        checked_ids: Sequence[UUID | None] | None,
    ) -> list[Row]:
        return await self._all(
            connection,
            station_id=station_id,
            since=since,
            until=until,
            now=now,
            by=by,
            zone=zone,
            doubtful_ids=doubtful_ids,
            checked_ids=checked_ids,
        )


class IncidentCells(Query[Row]):
    """A heatmap's data: the stored cell of each incident, whether it was late, and its response time in seconds."""

    name = "incident_cells"

    async def all(
        self,
        connection: Connection,
        *,
        station_id: UUID | None,
        since: datetime | None,
        until: datetime | None,
        now: datetime | None,
    ) -> list[Row]:
        return await self._all(connection, station_id=station_id, since=since, until=until, now=now)


class RecognitionFigures(Query[Row]):
    """What recognition did in a period: faces scanned, alerts, and how people judged them."""

    name = "recognition_figures"

    async def one(
        self, connection: Connection, *, station_id: UUID | None, since: datetime | None, until: datetime | None
    ) -> Row | None:
        return await self._one(connection, station_id=station_id, since=since, until=until)


class ForgetStationDays(Command):
    """Before they are counted again."""

    name = "forget_station_days"

    async def run(
        self, connection: Connection, *, station_id: UUID | None, since: date | None, until: date | None
    ) -> int:
        return await self._run(connection, station_id=station_id, since=since, until=until)


class CountStationDays(Command):
    """A station's days in figures, by priority, from one midnight to another. What counts is what
    `response_statistics` counts."""

    name = "count_station_days"

    async def run(
        self,
        connection: Connection,
        *,
        station_id: UUID | None,
        zone: str | None,
        now: datetime | None,
        since: date | None,
        until: date | None,
    ) -> int:
        return await self._run(connection, station_id=station_id, zone=zone, now=now, since=since, until=until)


class CompareStations(Query[Row]):
    """The stations of an office's province with their figures over whole days: in all (priority null), and by
    priority."""

    name = "compare_stations"

    async def all(
        self, connection: Connection, *, station_id: UUID | None, since: date | None, until: date | None
    ) -> list[Row]:
        return await self._all(connection, station_id=station_id, since=since, until=until)


class RaiseAlarm(Command):
    """Raise an alarm. `standing`: not if one about the same lasting state was acknowledged and the state still
    lasts."""

    name = "raise_alarm"

    async def run(
        self,
        connection: Connection,
        *,
        id: UUID | None,
        station_id: UUID | None,
        incident_id: UUID | None,
        reason: str | None,
        now: datetime | None,
        standing: bool | None,
    ) -> int:
        return await self._run(
            connection, id=id, station_id=station_id, incident_id=incident_id, reason=reason, now=now, standing=standing
        )


class ListAlarms(Query[Row]):
    """The open alarms of a station, or all alarms of some incidents."""

    name = "list_alarms"

    async def all(
        self, connection: Connection, *, station_id: UUID | None, incident_ids: Sequence[UUID | None] | None
    ) -> list[Row]:
        return await self._all(connection, station_id=station_id, incident_ids=incident_ids)


class AcknowledgeAlarm(Command):
    """Acknowledge an alarm; only the first acknowledgement counts."""

    name = "acknowledge_alarm"

    async def run(self, connection: Connection, *, now: datetime | None, by: UUID | None, id: UUID | None) -> int:
        return await self._run(connection, now=now, by=by, id=id)


class ReadAlarm(Query[Row]):
    """One alarm, as the desk sees it; not if its case is hidden from the reader."""

    name = "read_alarm"

    async def one(self, connection: Connection, *, id: UUID | None, reader: UUID | None) -> Row | None:
        return await self._one(connection, id=id, reader=reader)


class SettleAlarms(Command):
    """Close the alarms of an incident that is taken care of, or over."""

    name = "settle_alarms"

    async def run(
        self,
        connection: Connection,
        *,
        now: datetime | None,
        incident_id: UUID | None,
        reasons: Sequence[str | None] | None,
    ) -> int:
        return await self._run(connection, now=now, incident_id=incident_id, reasons=reasons)


class LockAlarm(Query[Row]):
    """One alarm, locked until the commit."""

    name = "lock_alarm"

    async def one(self, connection: Connection, *, id: UUID | None) -> Row | None:
        return await self._one(connection, id=id)


class PassAlarmOn(Command):
    """Escalate the alarm to the next person."""

    name = "pass_alarm_on"

    async def run(self, connection: Connection, *, level: str | None, now: datetime | None, id: UUID | None) -> int:
        return await self._run(connection, level=level, now=now, id=id)


class ShiftSupervisorOf(Query[Row]):
    """Who is called if the radio room does not acknowledge."""

    name = "shift_supervisor_of"

    async def one(self, connection: Connection, *, station_id: UUID | None) -> Row | None:
        return await self._one(connection, station_id=station_id)


class SetShiftSupervisor(Command):
    """Appoint the shift's supervisor, or nobody."""

    name = "set_shift_supervisor"

    async def run(self, connection: Connection, *, account_id: UUID | None, station_id: UUID | None) -> int:
        return await self._run(connection, account_id=account_id, station_id=station_id)


class SupervisorsOf(Query[Row]):
    """Who may be shift supervisor: the station's commanders, and how many phones ring for each."""

    name = "supervisors_of"

    async def all(self, connection: Connection, *, station_id: UUID | None) -> list[Row]:
        return await self._all(connection, station_id=station_id)


class AddChannel(Command):
    """Add a fall-back channel, for when phones stay silent."""

    name = "add_channel"

    async def run(
        self,
        connection: Connection,
        *,
        id: UUID | None,
        station_id: UUID | None,
        label: str | None,
        url: str | None,
        for_callers: bool | None,
        by: UUID | None,
        now: datetime | None,
    ) -> int:
        return await self._run(
            connection, id=id, station_id=station_id, label=label, url=url, for_callers=for_callers, by=by, now=now
        )


class ListChannels(Query[Row]):
    """The station's channels, each with its last delivery."""

    name = "list_channels"

    async def all(self, connection: Connection, *, station_id: UUID | None) -> list[Row]:
        return await self._all(connection, station_id=station_id)


class RemoveChannel(Command):
    """Stop using a channel; what was sent stays on record."""

    name = "remove_channel"

    async def run(self, connection: Connection, *, now: datetime | None, id: UUID | None) -> int:
        return await self._run(connection, now=now, id=id)


class NearbyIncidents(Query[Row]):
    """Active incidents of the station with a sighting nearby, each with its nearest sighting and when it was last
    reported; none about the police, or the others' reports would be hidden with it."""

    name = "nearby_incidents"

    async def all(
        self,
        connection: Connection,
        *,
        lon: float | None,
        lat: float | None,
        sender: bytes | None,
        station_id: UUID | None,
        since: datetime | None,
        reach_m: float | None,
    ) -> list[Row]:
        return await self._all(
            connection, lon=lon, lat=lat, sender=sender, station_id=station_id, since=since, reach_m=reach_m
        )


class AddChange(Command):
    """Record a merge or a split, so that it can be undone."""

    name = "add_change"

    async def run(
        self,
        connection: Connection,
        *,
        station_id: UUID | None,
        incident_id: UUID | None,
        other_id: UUID | None,
        kind: str | None,
        sighting_ids: Sequence[UUID | None] | None,
        at: datetime | None,
        by: UUID | None,
    ) -> int:
        return await self._run(
            connection,
            station_id=station_id,
            incident_id=incident_id,
            other_id=other_id,
            kind=kind,
            sighting_ids=sighting_ids,
            at=at,
            by=by,
        )


class LastChangeOf(Query[Row]):
    """The newest merge or split of an incident, on either side of it, that has not been undone."""

    name = "last_change_of"

    async def one(self, connection: Connection, *, incident_id: UUID | None) -> Row | None:
        return await self._one(connection, incident_id=incident_id)


class ChangesOf(Query[Row]):
    """The merges and splits that these incidents were part of."""

    name = "changes_of"

    async def all(self, connection: Connection, *, incident_ids: Sequence[UUID | None] | None) -> list[Row]:
        return await self._all(connection, incident_ids=incident_ids)


class UndoChange(Command):
    """Record that a merge or a split was undone."""

    name = "undo_change"

    async def run(self, connection: Connection, *, now: datetime | None, by: UUID | None, id: UUID | None) -> int:
        return await self._run(connection, now=now, by=by, id=id)


class ReopenIncident(Command):
    """Reopen an incident as if it had never ended."""

    name = "reopen_incident"

    async def run(self, connection: Connection, *, id: UUID | None) -> int:
        return await self._run(connection, id=id)


class FindPress(Query[Row]):
    """The emergency that a call for help belongs to, and whose it is."""

    name = "find_press"

    async def one(self, connection: Connection, *, id: UUID | None) -> Row | None:
        return await self._one(connection, id=id)


class AddPress(Command):
    """Remember a call for help, so that a late copy of it opens nothing."""

    name = "add_press"

    async def run(
        self,
        connection: Connection,
        *,
        id: UUID | None,
        station_id: UUID | None,
        incident_id: UUID | None,
        now: datetime | None,
    ) -> int:
        return await self._run(connection, id=id, station_id=station_id, incident_id=incident_id, now=now)


class LastEmergency(Query[Row]):
    """The officer's or the unit's newest emergency, open ones first."""

    name = "last_emergency"

    async def one(
        self, connection: Connection, *, station_id: UUID | None, account_id: UUID | None, unit_id: UUID | None
    ) -> Row | None:
        return await self._one(connection, station_id=station_id, account_id=account_id, unit_id=unit_id)


class WhereaboutsOf(Query[Row]):
    """Where somebody in danger may be. `own`: the unit's fix is of this shift; `account_id`: who it is, also where a
    tracker calls for a crew of one."""

    name = "whereabouts_of"

    async def one(self, connection: Connection, *, account_id: UUID | None, unit_id: UUID | None) -> Row | None:
        return await self._one(connection, account_id=account_id, unit_id=unit_id)


class AddEmergency(Command):
    """The case is an officer's own emergency."""

    name = "add_emergency"

    async def run(
        self,
        connection: Connection,
        *,
        incident_id: UUID | None,
        station_id: UUID | None,
        account_id: UUID | None,
        unit_id: UUID | None,
        via: str | None,
        silent: bool | None,
        located: str | None,
        fix_at: datetime | None,
        pressed_at: datetime | None,
        now: datetime | None,
    ) -> int:
        return await self._run(
            connection,
            incident_id=incident_id,
            station_id=station_id,
            account_id=account_id,
            unit_id=unit_id,
            via=via,
            silent=silent,
            located=located,
            fix_at=fix_at,
            pressed_at=pressed_at,
            now=now,
        )


class HearAgain(Command):
    """The officer calls again: how the phone is to behave is as they last said."""

    name = "hear_again"

    async def run(self, connection: Connection, *, silent: bool | None, incident_id: UUID | None) -> int:
        return await self._run(connection, silent=silent, incident_id=incident_id)


class MoveEmergency(Command):
    """The officer's place is known, or known better."""

    name = "move_emergency"

    async def run(
        self,
        connection: Connection,
        *,
        fix_at: datetime | None,
        incident_id: UUID | None,
        lon: float | None,
        lat: float | None,
        place: str | None,
        place_by_position: bool | None,
        h3: int | None,
    ) -> int:
        return await self._run(
            connection,
            fix_at=fix_at,
            incident_id=incident_id,
            lon=lon,
            lat=lat,
            place=place,
            place_by_position=place_by_position,
            h3=h3,
        )


class SaySafe(Command):
    """The word of safety, once."""

    name = "say_safe"

    async def run(
        self,
        connection: Connection,
        *,
        now: datetime | None,
        word: str | None,
        by: UUID | None,
        note: str | None,
        incident_id: UUID | None,
    ) -> int:
        return await self._run(connection, now=now, word=word, by=by, note=note, incident_id=incident_id)


class EndEmergency(Command):
    """The case has ended without a word of safety."""

    name = "end_emergency"

    async def run(self, connection: Connection, *, now: datetime | None, incident_id: UUID | None) -> int:
        return await self._run(connection, now=now, incident_id=incident_id)


class WantNoMore(Command):
    """No further units are sought than those that hold the case."""

    name = "want_no_more"

    async def run(self, connection: Connection, *, incident_id: UUID | None) -> int:
        return await self._run(connection, incident_id=incident_id)


class HushPhones(Command):
    """What is queued for the phones of somebody who must not be heard is not sent."""

    name = "hush_phones"

    async def run(
        self,
        connection: Connection,
        *,
        now: datetime | None,
        station_id: UUID | None,
        account_id: UUID | None,
        unit_id: UUID | None,
    ) -> int:
        return await self._run(connection, now=now, station_id=station_id, account_id=account_id, unit_id=unit_id)


class ToBeTold(Query[Row]):
    """Everybody on duty who is not asked to go, and the commanders; not whoever calls for help."""

    name = "to_be_told"

    async def all(
        self, connection: Connection, *, station_id: UUID | None, account_id: UUID | None, incident_id: UUID | None
    ) -> list[Row]:
        return await self._all(connection, station_id=station_id, account_id=account_id, incident_id=incident_id)


class EmergenciesOf(Query[Row]):
    """Whose emergencies these cases are, and how far they are over."""

    name = "emergencies_of"

    async def all(self, connection: Connection, *, incident_ids: Sequence[UUID | None] | None) -> list[Row]:
        return await self._all(connection, incident_ids=incident_ids)


class IsOwnEmergency(Value[bool]):
    """Whether it is the officer's own, or their crew's."""

    name = "is_own_emergency"

    async def get(
        self, connection: Connection, *, incident_id: UUID | None, account_id: UUID | None, unit_id: UUID | None
    ) -> bool | None:
        return await self._get(connection, incident_id=incident_id, account_id=account_id, unit_id=unit_id)


class AddIncident(Query[Row]):
    """Add a case. Nobody else can see it yet, so it is as good as locked. Whoever has declared its place, or
    somebody it speaks of, must not handle it; one about the police is seen by the commanders, or else the
    operators."""

    name = "add_incident"

    async def one(
        self,
        connection: Connection,
        *,
        station_id: UUID | None,
        lon: float | None,
        lat: float | None,
        same_address_m: float | None,
        numbers: Sequence[str | None] | None,
        said: str | None,
        id: UUID | None,
        about_police: bool | None,
        reference: str | None,
        kind: str | None,
        priority: int | None,
        verified: bool | None,
        place: str | None,
        place_by_position: bool | None,
        note: str | None,
        caller: str | None,
        received_at: datetime | None,
        target_seconds: int | None,
        due_at: datetime | None,
        units_wanted: int | None,
        crew_wanted: int | None,
        capabilities: Sequence[str | None] | None,
        drill: bool | None,
        demo: bool | None,
        hazards: Sequence[str | None] | None,
        sender: bytes | None,
        over_limit: bool | None,
        h3: int | None,
        dispatching: bool | None,
        request_id: str | None,
        source: str | None,
        source_reference: str | None,
        entered_at: datetime | None,
    ) -> Row | None:
        return await self._one(
            connection,
            station_id=station_id,
            lon=lon,
            lat=lat,
            same_address_m=same_address_m,
            numbers=numbers,
            said=said,
            id=id,
            about_police=about_police,
            reference=reference,
            kind=kind,
            priority=priority,
            verified=verified,
            place=place,
            place_by_position=place_by_position,
            note=note,
            caller=caller,
            received_at=received_at,
            target_seconds=target_seconds,
            due_at=due_at,
            units_wanted=units_wanted,
            crew_wanted=crew_wanted,
            capabilities=capabilities,
            drill=drill,
            demo=demo,
            hazards=hazards,
            sender=sender,
            over_limit=over_limit,
            h3=h3,
            dispatching=dispatching,
            request_id=request_id,
            source=source,
            source_reference=source_reference,
            entered_at=entered_at,
        )


class LockIncident(Query[Row]):
    """An incident to act on, locked: after the station's lock and before any unit's. Rows that reference it may
    still be added meanwhile (a position's arrival holds its unit and must not wait). `reader`: for whom, if
    for a person; what is hidden from them is not found."""

    name = "lock_incident"

    async def one(self, connection: Connection, *, id: UUID | None, reader: UUID | None) -> Row | None:
        return await self._one(connection, id=id, reader=reader)


class ReadIncidents(Query[Row]):
    """Incidents by id, or all active ones, or those in one state, or those of a unit: newest first."""

    name = "read_incidents"

    async def all(
        self,
        connection: Connection,
        *,
        station_id: UUID | None,
        ids: Sequence[UUID | None] | None,
        active: bool | None,
        state: str | None,
        unit_id: UUID | None,
        before: datetime | None,
        most: int | None,
    ) -> list[Row]:
        return await self._all(
            connection,
            station_id=station_id,
            ids=ids,
            active=active,
            state=state,
            unit_id=unit_id,
            before=before,
            most=most,
        )


class FindIncidents(Query[Row]):
    """Cases of a station, newest first, by words in reference, place and notes; by who called, in letters or digits
    of the number; by the unit that was on it."""

    name = "find_incidents"

    async def all(
        self,
        connection: Connection,
        *,
        station_id: UUID | None,
        since: datetime | None,
        until: datetime | None,
        before: datetime | None,
        kind: str | None,
        words: Sequence[str | None] | None,
        unit_id: UUID | None,
        caller: str | None,
        digits: str | None,
        most: int | None,
    ) -> list[Row]:
        return await self._all(
            connection,
            station_id=station_id,
            since=since,
            until=until,
            before=before,
            kind=kind,
            words=words,
            unit_id=unit_id,
            caller=caller,
            digits=digits,
            most=most,
        )


class ActiveIncidentOfEntry(Query[Row]):
    """The open case about the same watchlist entry, if there is one that everybody sees."""

    name = "active_incident_of_entry"

    async def one(self, connection: Connection, *, station_id: UUID | None, entry_id: UUID | None) -> Row | None:
        return await self._one(connection, station_id=station_id, entry_id=entry_id)


class SaveIncidentState(Command):
    """Update an incident's state; ends and first arrivals are written once."""

    name = "save_incident_state"

    async def run(
        self,
        connection: Connection,
        *,
        state: str | None,
        forecast: str | None,
        ended_at: datetime | None,
        first_arrived_at: datetime | None,
        disposition: str | None,
        note: str | None,
        merged_into: UUID | None,
        id: UUID | None,
    ) -> int:
        return await self._run(
            connection,
            state=state,
            forecast=forecast,
            ended_at=ended_at,
            first_arrived_at=first_arrived_at,
            disposition=disposition,
            note=note,
            merged_into=merged_into,
            id=id,
        )


class SetIncidentForecast(Command):
    """Update the forecast from the newest travel times."""

    name = "set_incident_forecast"

    async def run(self, connection: Connection, *, forecast: str | None, id: UUID | None) -> int:
        return await self._run(connection, forecast=forecast, id=id)


class VerifyIncident(Command):
    """Record that a person has verified it."""

    name = "verify_incident"

    async def run(self, connection: Connection, *, id: UUID | None) -> int:
        return await self._run(connection, id=id)


class OpenIncidentWords(Command):
    """Record that the radio room has opened the citizen's report."""

    name = "open_incident_words"

    async def run(self, connection: Connection, *, now: datetime | None, id: UUID | None) -> int:
        return await self._run(connection, now=now, id=id)


class HearAnother(Command):
    """Another call about it: adds its hazards; the case no longer rests on one sender alone."""

    name = "hear_another"

    async def run(
        self,
        connection: Connection,
        *,
        hazards: Sequence[str | None] | None,
        over_limit: bool | None,
        sender: bytes | None,
        id: UUID | None,
    ) -> int:
        return await self._run(connection, hazards=hazards, over_limit=over_limit, sender=sender, id=id)


class ChangeIncident(Command):
    """Update what the radio room has corrected in a case, with the resulting target."""

    name = "change_incident"

    async def run(
        self,
        connection: Connection,
        *,
        kind: str | None,
        priority: int | None,
        place: str | None,
        place_by_position: bool | None,
        note: str | None,
        caller: str | None,
        lon: float | None,
        lat: float | None,
        hazards: Sequence[str | None] | None,
        units_wanted: int | None,
        crew_wanted: int | None,
        capabilities: Sequence[str | None] | None,
        target_seconds: int | None,
        due_at: datetime | None,
        h3: int | None,
        id: UUID | None,
    ) -> int:
        return await self._run(
            connection,
            kind=kind,
            priority=priority,
            place=place,
            place_by_position=place_by_position,
            note=note,
            caller=caller,
            lon=lon,
            lat=lat,
            hazards=hazards,
            units_wanted=units_wanted,
            crew_wanted=crew_wanted,
            capabilities=capabilities,
            target_seconds=target_seconds,
            due_at=due_at,
            h3=h3,
            id=id,
        )


class ForgetArrival(Command):
    """Undo an arrival; `first_arrived_at` becomes the next one, if any."""

    name = "forget_arrival"

    async def run(self, connection: Connection, *, first_arrived_at: datetime | None, id: UUID | None) -> int:
        return await self._run(connection, first_arrived_at=first_arrived_at, id=id)


class NextArrival(Value[datetime]):
    """The earliest remaining arrival, after another one was undone."""

    name = "next_arrival"

    async def get(self, connection: Connection, *, incident_id: UUID | None) -> datetime | None:
        return await self._get(connection, incident_id=incident_id)


class VoidTimePoints(Command):
    """Retract time points: adds a row that voids each one of this kind, whatever its source."""

    name = "void_time_points"

    async def run(
        self,
        connection: Connection,
        *,
        now: datetime | None,
        by: UUID | None,
        assignment_id: UUID | None,
        kind: str | None,
    ) -> int:
        return await self._run(connection, now=now, by=by, assignment_id=assignment_id, kind=kind)


class SeekUnits(Command):
    """Start seeking units for it."""

    name = "seek_units"

    async def run(self, connection: Connection, *, id: UUID | None) -> int:
        return await self._run(connection, id=id)


class SeekNoUnits(Command):
    """Stop seeking units for it: another station does."""

    name = "seek_no_units"

    async def run(self, connection: Connection, *, id: UUID | None) -> int:
        return await self._run(connection, id=id)


class PlaceOf(Query[Row]):
    """Where a case is."""

    name = "place_of"

    async def one(self, connection: Connection, *, id: UUID | None) -> Row | None:
        return await self._one(connection, id=id)


class CountBump(Command):
    """Count one more time that it lost its unit to a more urgent case."""

    name = "count_bump"

    async def run(self, connection: Connection, *, id: UUID | None) -> int:
        return await self._run(connection, id=id)


class CountSwap(Command):
    """Count one more time that its unit was swapped for a nearer one."""

    name = "count_swap"

    async def run(self, connection: Connection, *, id: UUID | None) -> int:
        return await self._run(connection, id=id)


class WantUnits(Command):
    """Ask for one more unit, appending the officer's words to the note."""

    name = "want_units"

    async def run(self, connection: Connection, *, note: str | None, id: UUID | None) -> int:
        return await self._run(connection, note=note, id=id)


class AddSighting(Command):
    """Add a place and time at which the case was seen or reported; an alert now belongs to it."""

    name = "add_sighting"

    async def run(
        self,
        connection: Connection,
        *,
        incident_id: UUID | None,
        alert_id: UUID | None,
        id: UUID | None,
        station_id: UUID | None,
        source: str | None,
        report_id: UUID | None,
        kind: str | None,
        at: datetime | None,
        lon: float | None,
        lat: float | None,
    ) -> int:
        return await self._run(
            connection,
            incident_id=incident_id,
            alert_id=alert_id,
            id=id,
            station_id=station_id,
            source=source,
            report_id=report_id,
            kind=kind,
            at=at,
            lon=lon,
            lat=lat,
        )


class SightingsOf(Query[Row]):
    """Where and when these cases were seen or reported, in order."""

    name = "sightings_of"

    async def all(self, connection: Connection, *, incident_ids: Sequence[UUID | None] | None) -> list[Row]:
        return await self._all(connection, incident_ids=incident_ids)


class MoveSightings(Command):
    """Move sightings to another incident: all of them, or the named ones."""

    name = "move_sightings"

    async def run(
        self,
        connection: Connection,
        *,
        to_id: UUID | None,
        from_id: UUID | None,
        sighting_ids: Sequence[UUID | None] | None,
    ) -> int:
        return await self._run(connection, to_id=to_id, from_id=from_id, sighting_ids=sighting_ids)


class MoveAlerts(Command):
    """Move alerts along with their sightings."""

    name = "move_alerts"

    async def run(self, connection: Connection, *, to_id: UUID | None) -> int:
        return await self._run(connection, to_id=to_id)


class MoveReports(Command):
    """Move reports along with their sightings."""

    name = "move_reports"

    async def run(self, connection: Connection, *, to_id: UUID | None) -> int:
        return await self._run(connection, to_id=to_id)


class AddTimePoint(Command):
    """Write a time point: once, and again only after a retraction."""

    name = "add_time_point"

    async def run(
        self,
        connection: Connection,
        *,
        station_id: UUID | None,
        incident_id: UUID | None,
        assignment_id: UUID | None,
        kind: str | None,
        source: str | None,
        server_at: datetime | None,
        phone_at: datetime | None,
        by: UUID | None,
    ) -> int:
        return await self._run(
            connection,
            station_id=station_id,
            incident_id=incident_id,
            assignment_id=assignment_id,
            kind=kind,
            source=source,
            server_at=server_at,
            phone_at=phone_at,
            by=by,
        )


class TimelinesOf(Query[Row]):
    """The time points of these cases, in order, without retracted ones."""

    name = "timelines_of"

    async def all(self, connection: Connection, *, incident_ids: Sequence[UUID | None] | None) -> list[Row]:
        return await self._all(connection, incident_ids=incident_ids)


class AddIncidentMessage(Command):
    """A message between the radio room and the units of a case; does nothing if the id is known."""

    name = "add_incident_message"

    async def run(
        self,
        connection: Connection,
        *,
        id: UUID | None,
        station_id: UUID | None,
        incident_id: UUID | None,
        by: UUID | None,
        unit_id: UUID | None,
        text: str | None,
        now: datetime | None,
    ) -> int:
        return await self._run(
            connection,
            id=id,
            station_id=station_id,
            incident_id=incident_id,
            by=by,
            unit_id=unit_id,
            text=text,
            now=now,
        )


class IncidentMessagesOf(Query[Row]):
    """The messages of a case, in order, with who wrote them."""

    name = "incident_messages_of"

    async def all(self, connection: Connection, *, incident_id: UUID | None) -> list[Row]:
        return await self._all(connection, incident_id=incident_id)


class OneIncidentMessage(Query[Row]):
    """What a repeated message is compared with."""

    name = "one_incident_message"

    async def one(self, connection: Connection, *, id: UUID | None) -> Row | None:
        return await self._one(connection, id=id)


class ReadIncidentMessages(Command):
    """The other side has them on a screen: the units' messages are read by the radio room, and its own by a unit."""

    name = "read_incident_messages"

    async def run(
        self, connection: Connection, *, now: datetime | None, incident_id: UUID | None, by_unit: bool | None
    ) -> int:
        return await self._run(connection, now=now, incident_id=incident_id, by_unit=by_unit)


class MarkAboutPolice(Command):
    """Hide a case from everybody but its readers."""

    name = "mark_about_police"

    async def run(self, connection: Connection, *, id: UUID | None) -> int:
        return await self._run(connection, id=id)


class UnmarkAboutPolice(Command):
    """Show the case to the station's radio room again."""

    name = "unmark_about_police"

    async def run(self, connection: Connection, *, id: UUID | None) -> int:
        return await self._run(connection, id=id)


class AddReaders(Command):
    """Who may see a case about the police: the named persons, and the station's commanders if asked for; nobody who
    must not handle it."""

    name = "add_readers"

    async def run(
        self,
        connection: Connection,
        *,
        station_id: UUID | None,
        incident_id: UUID | None,
        now: datetime | None,
        by: UUID | None,
        account_ids: Sequence[UUID | None] | None,
        commanders: bool | None,
    ) -> int:
        return await self._run(
            connection,
            station_id=station_id,
            incident_id=incident_id,
            now=now,
            by=by,
            account_ids=account_ids,
            commanders=commanders,
        )


class AddCrewAsReaders(Command):
    """The crew that is offered a case about the police may see it."""

    name = "add_crew_as_readers"

    async def run(
        self,
        connection: Connection,
        *,
        station_id: UUID | None,
        incident_id: UUID | None,
        now: datetime | None,
        unit_id: UUID | None,
    ) -> int:
        return await self._run(connection, station_id=station_id, incident_id=incident_id, now=now, unit_id=unit_id)


class RemoveReaders(Command):
    """They no longer see it; null: everybody, because the case is no longer hidden."""

    name = "remove_readers"

    async def run(
        self, connection: Connection, *, incident_id: UUID | None, account_ids: Sequence[UUID | None] | None
    ) -> int:
        return await self._run(connection, incident_id=incident_id, account_ids=account_ids)


class Recuse(Command):
    """These persons of the station must not handle the case, because they are named in it."""

    name = "recuse"

    async def run(
        self,
        connection: Connection,
        *,
        station_id: UUID | None,
        incident_id: UUID | None,
        now: datetime | None,
        account_ids: Sequence[UUID | None] | None,
    ) -> int:
        return await self._run(
            connection, station_id=station_id, incident_id=incident_id, now=now, account_ids=account_ids
        )


class RecuseDeclared(Command):
    """As when a case is opened: whoever has declared its place, or somebody it now speaks of, must not handle it."""

    name = "recuse_declared"

    async def run(
        self,
        connection: Connection,
        *,
        station_id: UUID | None,
        incident_id: UUID | None,
        now: datetime | None,
        lon: float | None,
        lat: float | None,
        same_address_m: float | None,
        numbers: Sequence[str | None] | None,
        said: str | None,
    ) -> int:
        return await self._run(
            connection,
            station_id=station_id,
            incident_id=incident_id,
            now=now,
            lon=lon,
            lat=lat,
            same_address_m=same_address_m,
            numbers=numbers,
            said=said,
        )


class PeopleOf(Query[Row]):
    """Which of these are the station's people, and their roles."""

    name = "people_of"

    async def all(
        self, connection: Connection, *, station_id: UUID | None, account_ids: Sequence[UUID | None] | None
    ) -> list[Row]:
        return await self._all(connection, station_id=station_id, account_ids=account_ids)


class UnitsInConflict(Query[Row]):
    """Units with somebody on board who must not handle the case."""

    name = "units_in_conflict"

    async def all(self, connection: Connection, *, incident_id: UUID | None) -> list[Row]:
        return await self._all(connection, incident_id=incident_id)


class ConflictOnUnit(Value[bool]):
    """Whether the unit has, or is offered, a case that this person must not handle."""

    name = "conflict_on_unit"

    async def get(self, connection: Connection, *, unit_id: UUID | None, account_id: UUID | None) -> bool | None:
        return await self._get(connection, unit_id=unit_id, account_id=account_id)


class HiddenCasesOfUnit(Query[Row]):
    """Cases about the police that a unit has or is offered."""

    name = "hidden_cases_of_unit"

    async def all(self, connection: Connection, *, unit_id: UUID | None) -> list[Row]:
        return await self._all(connection, unit_id=unit_id)


class HandlersOf(Query[Row]):
    """The station's people: since when each may see the case, and whether they must not handle it."""

    name = "handlers_of"

    async def all(self, connection: Connection, *, incident_id: UUID | None, station_id: UUID | None) -> list[Row]:
        return await self._all(connection, incident_id=incident_id, station_id=station_id)


class TellOverseer(Value[UUID]):
    """The province, or else the nearest other station, is told of the case; returns which. Once, also if it is
    marked again."""

    name = "tell_overseer"

    async def get(
        self,
        connection: Connection,
        *,
        incident_id: UUID | None,
        station_id: UUID | None,
        reference: str | None,
        name_th: str | None,
        name_en: str | None,
        now: datetime | None,
    ) -> UUID | None:
        return await self._get(
            connection,
            incident_id=incident_id,
            station_id=station_id,
            reference=reference,
            name_th=name_th,
            name_en=name_en,
            now=now,
        )


class LiftOversight(Command):
    """The case is no longer hidden."""

    name = "lift_oversight"

    async def run(self, connection: Connection, *, now: datetime | None, incident_id: UUID | None) -> int:
        return await self._run(connection, now=now, incident_id=incident_id)


class OverseersAt(Query[Row]):
    """Who is told at the province's office or the other station."""

    name = "overseers_at"

    async def all(self, connection: Connection, *, station_id: UUID | None) -> list[Row]:
        return await self._all(connection, station_id=station_id)


class AddLook(Value[UUID]):
    """Record that somebody looked at a case, for those who watch over it: once in ten minutes. Returns whose screens
    to wake: the overseer's station, or this one."""

    name = "add_look"

    async def get(
        self,
        connection: Connection,
        *,
        station_id: UUID | None,
        incident_id: UUID | None,
        reference: str | None,
        because: str | None,
        now: datetime | None,
        account_id: UUID | None,
        again_after: datetime | None,
    ) -> UUID | None:
        return await self._get(
            connection,
            station_id=station_id,
            incident_id=incident_id,
            reference=reference,
            because=because,
            now=now,
            account_id=account_id,
            again_after=again_after,
        )


class Looks(Query[Row]):
    """Looks that somebody should know of, newest first: at cases this station watches over, and, if `watched`, at
    its own."""

    name = "looks"

    async def all(
        self, connection: Connection, *, here: UUID | None, watched: bool | None, before: int | None, most: int | None
    ) -> list[Row]:
        return await self._all(connection, here=here, watched=watched, before=before, most=most)


class LooksAt(Query[Row]):
    """Who has looked at one case, newest first."""

    name = "looks_at"

    async def all(self, connection: Connection, *, incident_id: UUID | None) -> list[Row]:
        return await self._all(connection, incident_id=incident_id)


class Overseen(Query[Row]):
    """Cases about the police that this station watches over, and, if `watched`, its own: newest first."""

    name = "overseen"

    async def all(self, connection: Connection, *, here: UUID | None, watched: bool | None) -> list[Row]:
        return await self._all(connection, here=here, watched=watched)


class AddDeclaration(Command):
    """A person or address that somebody must not handle."""

    name = "add_declaration"

    async def run(
        self,
        connection: Connection,
        *,
        id: UUID | None,
        station_id: UUID | None,
        account_id: UUID | None,
        kind: str | None,
        words: str | None,
        lon: float | None,
        lat: float | None,
        phone: str | None,
        household: bool | None,
        now: datetime | None,
    ) -> int:
        return await self._run(
            connection,
            id=id,
            station_id=station_id,
            account_id=account_id,
            kind=kind,
            words=words,
            lon=lon,
            lat=lat,
            phone=phone,
            household=household,
            now=now,
        )


class DeclarationsOf(Query[Row]):
    """One's own declarations in force."""

    name = "declarations_of"

    async def all(self, connection: Connection, *, account_id: UUID | None) -> list[Row]:
        return await self._all(connection, account_id=account_id)


class EndDeclaration(Command):
    """It no longer applies; cases that it barred stay barred."""

    name = "end_declaration"

    async def run(
        self, connection: Connection, *, now: datetime | None, id: UUID | None, account_id: UUID | None
    ) -> int:
        return await self._run(connection, now=now, id=id, account_id=account_id)


class SeenCase(Query[Row]):
    """Whether a case is about the police; nothing if it is hidden from whoever reads."""

    name = "seen_case"

    async def one(self, connection: Connection, *, id: UUID | None) -> Row | None:
        return await self._one(connection, id=id)


class InheritHandlers(Command):
    """A case split off is seen by the same persons, and barred to the same."""

    name = "inherit_handlers"

    async def run(self, connection: Connection, *, to_id: UUID | None, from_id: UUID | None) -> int:
        return await self._run(connection, to_id=to_id, from_id=from_id)


class OpenCheck(Query[Row]):
    """The question to a unit that is not answered yet."""

    name = "open_check"

    async def one(self, connection: Connection, *, assignment_id: UUID | None) -> Row | None:
        return await self._one(connection, assignment_id=assignment_id)


class AskWelfare(Command):
    """Ask whether all is well; an earlier question that nobody answered is over."""

    name = "ask_welfare"

    async def run(
        self,
        connection: Connection,
        *,
        now: datetime | None,
        assignment_id: UUID | None,
        station_id: UUID | None,
        incident_id: UUID | None,
    ) -> int:
        return await self._run(
            connection, now=now, assignment_id=assignment_id, station_id=station_id, incident_id=incident_id
        )


class AskWelfareAgain(Command):
    """Ask once more."""

    name = "ask_welfare_again"

    async def run(self, connection: Connection, *, now: datetime | None, assignment_id: UUID | None) -> int:
        return await self._run(connection, now=now, assignment_id=assignment_id)


class NoteSilence(Command):
    """Nobody has answered: others are alarmed."""

    name = "note_silence"

    async def run(self, connection: Connection, *, now: datetime | None, assignment_id: UUID | None) -> int:
        return await self._run(connection, now=now, assignment_id=assignment_id)


class AnswerWelfare(Command):
    """All is well, says somebody."""

    name = "answer_welfare"

    async def run(
        self, connection: Connection, *, now: datetime | None, by: UUID | None, assignment_id: UUID | None
    ) -> int:
        return await self._run(connection, now=now, by=by, assignment_id=assignment_id)


class EndWelfare(Command):
    """The unit has left the scene."""

    name = "end_welfare"

    async def run(self, connection: Connection, *, now: datetime | None, assignment_id: UUID | None) -> int:
        return await self._run(connection, now=now, assignment_id=assignment_id)


class AnyoneSilent(Value[bool]):
    """Whether a unit of this case still owes an answer that others were alarmed for."""

    name = "anyone_silent"

    async def get(self, connection: Connection, *, incident_id: UUID | None) -> bool | None:
        return await self._get(connection, incident_id=incident_id)


class WelfareOf(Query[Row]):
    """The newest question to every unit of these cases, and who answered it."""

    name = "welfare_of"

    async def all(self, connection: Connection, *, incident_ids: Sequence[UUID | None] | None) -> list[Row]:
        return await self._all(connection, incident_ids=incident_ids)


class IsInEmergency(Value[bool]):
    """Whether somebody of the unit's crew calls for help."""

    name = "is_in_emergency"

    async def get(self, connection: Connection, *, unit_id: UUID | None) -> bool | None:
        return await self._get(connection, unit_id=unit_id)


class ClaimOutgoing(Query[Row]):
    """Claim due messages of one kind, of all stations, except for `busy` targets; the lease moves `due_at` on, so
    that a killed sender's rows come back."""

    name = "claim_outgoing"

    async def all(
        self,
        connection: Connection,
        *,
        leased_until: datetime | None,
        kind: str | None,
        now: datetime | None,
        busy: Sequence[str | None] | None,
        most: int | None,
    ) -> list[Row]:
        return await self._all(connection, leased_until=leased_until, kind=kind, now=now, busy=busy, most=most)


class SaveOutgoing(Command):
    """Record how an attempt ended, and when the next one is due."""

    name = "save_outgoing"

    async def run(
        self,
        connection: Connection,
        *,
        state: str | None,
        due_at: datetime | None,
        last_error: str | None,
        id: UUID | None,
    ) -> int:
        return await self._run(connection, state=state, due_at=due_at, last_error=last_error, id=id)


class NextOutgoingDue(Value[datetime]):
    """When the sender of this kind must wake up."""

    name = "next_outgoing_due"

    async def get(
        self, connection: Connection, *, kind: str | None, busy: Sequence[str | None] | None
    ) -> datetime | None:
        return await self._get(connection, kind=kind, busy=busy)


class QueuePush(Command):
    """Queue one push for every phone of everyone on duty in a unit, or of some accounts, each in its account's
    language and with a receipt token of its own. No phone sounds beside an officer in danger who must not be
    heard."""

    name = "queue_push"

    async def run(
        self,
        connection: Connection,
        *,
        unit_id: UUID | None,
        account_ids: Sequence[UUID | None] | None,
        station_id: UUID | None,
        assignment_id: UUID | None,
        incident_id: UUID | None,
        kind: str | None,
        now: datetime | None,
        content: object | None,
        expires_at: datetime | None,
        request_id: str | None,
    ) -> int:
        return await self._run(
            connection,
            unit_id=unit_id,
            account_ids=account_ids,
            station_id=station_id,
            assignment_id=assignment_id,
            incident_id=incident_id,
            kind=kind,
            now=now,
            content=content,
            expires_at=expires_at,
            request_id=request_id,
        )


class QueueFallback(Command):
    """Queue one message for every fall-back channel of the station, or for one of them. `for_callers`: those that
    write to callers, and not to our own people."""

    name = "queue_fallback"

    async def run(
        self,
        connection: Connection,
        *,
        message: object | None,
        now: datetime | None,
        expires_at: datetime | None,
        request_id: str | None,
        station_id: UUID | None,
        for_callers: bool | None,
        channel_id: UUID | None,
    ) -> int:
        return await self._run(
            connection,
            message=message,
            now=now,
            expires_at=expires_at,
            request_id=request_id,
            station_id=station_id,
            for_callers=for_callers,
            channel_id=channel_id,
        )


class AdoptPushes(Command):
    """Take over due pushes that a server of the previous release has queued, as worded; the next release drops this."""

    name = "adopt_pushes"

    async def run(self, connection: Connection, *, now: datetime | None) -> int:
        return await self._run(connection, now=now)


class AdoptFallbacks(Command):
    """Take over due fall-back messages that a server of the previous release has queued; the next release drops
    this."""

    name = "adopt_fallbacks"

    async def run(self, connection: Connection, *, now: datetime | None) -> int:
        return await self._run(connection, now=now)


class SaveSubscription(Command):
    """Register a phone for an account; does nothing if it rings for another."""

    name = "save_subscription"

    async def run(
        self,
        connection: Connection,
        *,
        station_id: UUID | None,
        account_id: UUID | None,
        endpoint: str | None,
        p256dh: str | None,
        auth: str | None,
        device: str | None,
        now: datetime | None,
    ) -> int:
        return await self._run(
            connection,
            station_id=station_id,
            account_id=account_id,
            endpoint=endpoint,
            p256dh=p256dh,
            auth=auth,
            device=device,
            now=now,
        )


class ForgetEndpoint(Command):
    """Remove a phone, whatever account it rang for."""

    name = "forget_endpoint"

    async def run(self, connection: Connection, *, endpoint: str | None) -> int:
        return await self._run(connection, endpoint=endpoint)


class ForgetSubscriptions(Command):
    """Remove one phone of an account, or all of them."""

    name = "forget_subscriptions"

    async def run(self, connection: Connection, *, account_id: UUID | None, endpoint: str | None) -> int:
        return await self._run(connection, account_id=account_id, endpoint=endpoint)


class DeliveryStation(Value[UUID]):
    """The station of a receipt's delivery. Looks across stations, through a function that only reads."""

    name = "delivery_station"

    async def get(self, connection: Connection, *, id: UUID | None, token: str | None) -> UUID | None:
        return await self._get(connection, id=id, token=token)


class LockDelivery(Query[Row]):
    """One delivery whose token the phone knows, locked until the commit."""

    name = "lock_delivery"

    async def one(self, connection: Connection, *, id: UUID | None, token: str | None) -> Row | None:
        return await self._one(connection, id=id, token=token)


class StampDelivery(Command):
    """Record a phone's receipt: arrived, shown, opened; each is written once."""

    name = "stamp_delivery"

    async def run(
        self,
        connection: Connection,
        *,
        delivered_at: datetime | None,
        shown_at: datetime | None,
        opened_at: datetime | None,
        id: UUID | None,
    ) -> int:
        return await self._run(connection, delivered_at=delivered_at, shown_at=shown_at, opened_at=opened_at, id=id)


class LiftDeadlines(Command):
    """Remove deadlines that are no longer needed."""

    name = "lift_deadlines"

    async def run(self, connection: Connection, *, subject_id: UUID | None, kinds: Sequence[str | None] | None) -> int:
        return await self._run(connection, subject_id=subject_id, kinds=kinds)


class StationsDue(Query[Row]):
    """Stations with something due of these kinds, longest waiting first, except those already `busy`."""

    name = "stations_due"

    async def all(
        self,
        connection: Connection,
        *,
        now: datetime | None,
        kinds: Sequence[str | None] | None,
        busy: Sequence[UUID | None] | None,
        most: int | None,
    ) -> list[Row]:
        return await self._all(connection, now=now, kinds=kinds, busy=busy, most=most)


class DueDeadlines(Query[Row]):
    """Due deadlines, without locking them: each is locked in its own transaction."""

    name = "due_deadlines"

    async def all(
        self,
        connection: Connection,
        *,
        station_id: UUID | None,
        now: datetime | None,
        kinds: Sequence[str | None] | None,
        most: int | None,
    ) -> list[Row]:
        return await self._all(connection, station_id=station_id, now=now, kinds=kinds, most=most)


class NextDeadline(Value[datetime]):
    """When this lane of the deadlines must wake up."""

    name = "next_deadline"

    async def get(
        self, connection: Connection, *, kinds: Sequence[str | None] | None, busy: Sequence[UUID | None] | None
    ) -> datetime | None:
        return await self._get(connection, kinds=kinds, busy=busy)


class TakeDeadline(Query[Row]):
    """Lock and remove a deadline that is still due; no row if another process has it or it was moved."""

    name = "take_deadline"

    async def one(self, connection: Connection, *, id: int | None, now: datetime | None) -> Row | None:
        return await self._one(connection, id=id, now=now)


class PostponeDeadline(Command):
    """Postpone after a failure, longer each time, so that one bad row never starves the rest."""

    name = "postpone_deadline"

    async def run(self, connection: Connection, *, now: datetime | None, id: int | None) -> int:
        return await self._run(connection, now=now, id=id)


class ExactKeys(Query[Row]):
    """For each wording the key that is spelled exactly so."""

    name = "exact_keys"

    async def all(
        self,
        connection: Connection,
        *,
        numbers: Sequence[int | None] | None,
        scripts: Sequence[str | None] | None,
        letters: Sequence[str | None] | None,
    ) -> list[Row]:
        return await self._all(connection, numbers=numbers, scripts=scripts, letters=letters)


class SimilarKeys(Query[Row]):
    """For each wording the keys that are spelled like it or contain it, the most similar first. LIKE is looked up by
    all trigrams at once, which word_similarity is not."""

    name = "similar_keys"

    async def all(
        self,
        connection: Connection,
        *,
        numbers: Sequence[int | None] | None,
        scripts: Sequence[str | None] | None,
        letters: Sequence[str | None] | None,
        most: int | None,
    ) -> list[Row]:
        return await self._all(connection, numbers=numbers, scripts=scripts, letters=letters, most=most)


class PlacesNamed(Query[Row]):
    """For each key and number the places that have them, nearest first; the number null for any."""

    name = "places_named"

    async def all(
        self,
        connection: Connection,
        *,
        numbers: Sequence[int | None] | None,
        key_ids: Sequence[int | None] | None,
        place_numbers: Sequence[str | None] | None,
        lats: Sequence[float | None] | None,
        lons: Sequence[float | None] | None,
        most: int | None,
    ) -> list[Row]:
        return await self._all(
            connection, numbers=numbers, key_ids=key_ids, place_numbers=place_numbers, lats=lats, lons=lons, most=most
        )


class CrossingsBetween(Query[Row]):
    """Where streets of the one list meet streets of the other."""

    name = "crossings_between"

    async def all(
        self, connection: Connection, *, ones: Sequence[int | None] | None, others: Sequence[int | None] | None
    ) -> list[Row]:
        return await self._all(connection, ones=ones, others=others)


class Around(Query[Row]):
    """What tells each position from its namesakes: the nearest area, and the nearest street that has a name."""

    name = "around"

    async def all(
        self,
        connection: Connection,
        *,
        numbers: Sequence[int | None] | None,
        lats: Sequence[float | None] | None,
        lons: Sequence[float | None] | None,
    ) -> list[Row]:
        return await self._all(connection, numbers=numbers, lats=lats, lons=lons)


class NearPosition(Query[Row]):
    """The nearest street with a name and the nearest place worth naming, within a few hundred metres."""

    name = "near_position"

    async def one(self, connection: Connection, *, lon: float | None, lat: float | None) -> Row | None:
        return await self._one(connection, lon=lon, lat=lat)


class OwnPlacesLike(Query[Row]):
    """The station's own places and its cameras whose names are like one of these."""

    name = "own_places_like"

    async def all(
        self, connection: Connection, *, station_id: UUID | None, texts: Sequence[str | None] | None, most: int | None
    ) -> list[Row]:
        return await self._all(connection, station_id=station_id, texts=texts, most=most)


class ListOwnPlaces(Query[Row]):
    """The station's own places, or one of them."""

    name = "list_own_places"

    async def all(self, connection: Connection, *, station_id: UUID | None, id: UUID | None) -> list[Row]:
        return await self._all(connection, station_id=station_id, id=id)


class AddOwnPlace(Command):
    """Add a place that only this station knows."""

    name = "add_own_place"

    async def run(
        self,
        connection: Connection,
        *,
        id: UUID | None,
        station_id: UUID | None,
        kind: str | None,
        name: str | None,
        name_en: str | None,
        lon: float | None,
        lat: float | None,
    ) -> int:
        return await self._run(
            connection, id=id, station_id=station_id, kind=kind, name=name, name_en=name_en, lon=lon, lat=lat
        )


class RemoveOwnPlace(Command):
    """Remove a place of the station's own."""

    name = "remove_own_place"

    async def run(self, connection: Connection, *, id: UUID | None) -> int:
        return await self._run(connection, id=id)


class MiddleOfStation(Query[Row]):
    """Where the station is, for who says nothing of where they look."""

    name = "middle_of_station"

    async def one(self, connection: Connection, *, station_id: UUID | None) -> Row | None:
        return await self._one(connection, station_id=station_id)


class DeleteOldPlaces(Command):
    """Delete a slice of the places of a network no longer in use, with their names and crossings."""

    name = "delete_old_places"

    async def run(
        self, connection: Connection, *, network_id: int | None, first: int | None, beyond: int | None
    ) -> int:
        return await self._run(connection, network_id=network_id, first=first, beyond=beyond)


class DeleteOldPlaceKeys(Command):
    """Delete a slice of the keys of a network no longer in use."""

    name = "delete_old_place_keys"

    async def run(
        self, connection: Connection, *, network_id: int | None, first: int | None, beyond: int | None
    ) -> int:
        return await self._run(connection, network_id=network_id, first=first, beyond=beyond)


class AddPremisesWarning(Command):
    """A warning that waits for another person's approval; does nothing if the id is known."""

    name = "add_premises_warning"

    async def run(
        self,
        connection: Connection,
        *,
        id: UUID | None,
        station_id: UUID | None,
        lon: float | None,
        lat: float | None,
        radius_m: int | None,
        place: str | None,
        kind: str | None,
        source: str | None,
        fact: str | None,
        by: UUID | None,
        now: datetime | None,
    ) -> int:
        return await self._run(
            connection,
            id=id,
            station_id=station_id,
            lon=lon,
            lat=lat,
            radius_m=radius_m,
            place=place,
            kind=kind,
            source=source,
            fact=fact,
            by=by,
            now=now,
        )


class PremisesWarnings(Query[Row]):
    """The station's warnings that have not ended, or one of any state: those that wait for a person first."""

    name = "premises_warnings"

    async def all(self, connection: Connection, *, station_id: UUID | None, id: UUID | None) -> list[Row]:
        return await self._all(connection, station_id=station_id, id=id)


class WarningsAt(Query[Row]):
    """Approved warnings about the places of these cases."""

    name = "warnings_at"

    async def all(
        self, connection: Connection, *, incident_ids: Sequence[UUID | None] | None, now: datetime | None
    ) -> list[Row]:
        return await self._all(connection, incident_ids=incident_ids, now=now)


class ApproveWarning(Command):
    """Show it until it must be looked at again."""

    name = "approve_warning"

    async def run(
        self,
        connection: Connection,
        *,
        by: UUID | None,
        now: datetime | None,
        review_at: datetime | None,
        id: UUID | None,
    ) -> int:
        return await self._run(connection, by=by, now=now, review_at=review_at, id=id)


class EndWarning(Command):
    """It is no longer true, or never was."""

    name = "end_warning"

    async def run(self, connection: Connection, *, by: UUID | None, now: datetime | None, id: UUID | None) -> int:
        return await self._run(connection, by=by, now=now, id=id)


class AddAlert(Command):
    """Store an alert; does nothing if the id is already known."""

    name = "add_alert"

    async def run(
        self,
        connection: Connection,
        *,
        id: UUID | None,
        station_id: UUID | None,
        camera_id: UUID | None,
        token_id: UUID | None,
        kind: str | None,
        state: str | None,
        occurred_at: datetime | None,
        received_at: datetime | None,
        confidence: float | None,
        watchlist_entry_id: UUID | None,
        plate: str | None,
        model_name: str | None,
        model_version: str | None,
        threshold: float | None,
        note: str | None,
        visit_of: UUID | None,
        content_hash: bytes | None,
        decide_by: datetime | None,
    ) -> int:
        return await self._run(
            connection,
            id=id,
            station_id=station_id,
            camera_id=camera_id,
            token_id=token_id,
            kind=kind,
            state=state,
            occurred_at=occurred_at,
            received_at=received_at,
            confidence=confidence,
            watchlist_entry_id=watchlist_entry_id,
            plate=plate,
            model_name=model_name,
            model_version=model_version,
            threshold=threshold,
            note=note,
            visit_of=visit_of,
            content_hash=content_hash,
            decide_by=decide_by,
        )


class AlertAsSent(Query[Row]):
    """What is stored under an alert's id, to tell a retry from a reused id."""

    name = "alert_as_sent"

    async def one(self, connection: Connection, *, id: UUID | None) -> Row | None:
        return await self._one(connection, id=id)


class AddAlertImage(Command):
    """Store the snapshot, with the time it must be deleted."""

    name = "add_alert_image"

    async def run(
        self,
        connection: Connection,
        *,
        alert_id: UUID | None,
        station_id: UUID | None,
        jpeg: bytes | None,
        delete_after: datetime | None,
    ) -> int:
        return await self._run(
            connection, alert_id=alert_id, station_id=station_id, jpeg=jpeg, delete_after=delete_after
        )


class KeepAlertImage(Command):
    """Keep a confirmed match's snapshot longer."""

    name = "keep_alert_image"

    async def run(self, connection: Connection, *, delete_after: datetime | None, alert_id: UUID | None) -> int:
        return await self._run(connection, delete_after=delete_after, alert_id=alert_id)


class ReadAlertImage(Value[bytes]):
    """The snapshot itself."""

    name = "read_alert_image"

    async def get(self, connection: Connection, *, alert_id: UUID | None) -> bytes | None:
        return await self._get(connection, alert_id=alert_id)


class LockVisit(Value[str]):
    """Serialise alerts of one visit that arrive together."""

    name = "lock_visit"

    async def get(self, connection: Connection, *, entry_id: UUID | None, camera_id: UUID | None) -> str | None:
        return await self._get(connection, entry_id=entry_id, camera_id=camera_id)


class CurrentVisit(Query[Row]):
    """The alert that started the visit still in progress: same entry, same camera, seen within the visit's length."""

    name = "current_visit"

    async def one(
        self,
        connection: Connection,
        *,
        station_id: UUID | None,
        entry_id: UUID | None,
        camera_id: UUID | None,
        occurred_at: datetime | None,
        visit: timedelta | None,
    ) -> Row | None:
        return await self._one(
            connection,
            station_id=station_id,
            entry_id=entry_id,
            camera_id=camera_id,
            occurred_at=occurred_at,
            visit=visit,
        )


class LockAlert(Query[Row]):
    """One alert, locked until the commit."""

    name = "lock_alert"

    async def one(self, connection: Connection, *, id: UUID | None) -> Row | None:
        return await self._one(connection, id=id)


class SaveAlertState(Command):
    """Set the state of an alert that changes without a decision."""

    name = "save_alert_state"

    async def run(self, connection: Connection, *, state: str | None, incident_id: UUID | None, id: UUID | None) -> int:
        return await self._run(connection, state=state, incident_id=incident_id, id=id)


class SaveFirstWord(Command):
    """Record the first of two confirmations."""

    name = "save_first_word"

    async def run(self, connection: Connection, *, by: UUID | None, now: datetime | None, id: UUID | None) -> int:
        return await self._run(connection, by=by, now=now, id=id)


class LookedAt(Value[bool]):
    """Whether this person has opened it, by the audit; from `since` on, so that few months are searched."""

    name = "looked_at"

    async def get(
        self,
        connection: Connection,
        *,
        station_id: UUID | None,
        since: datetime | None,
        actor_id: UUID | None,
        action: str | None,
        subject: UUID | None,
    ) -> bool | None:
        return await self._get(
            connection, station_id=station_id, since=since, actor_id=actor_id, action=action, subject=subject
        )


class SaveAlertDecision(Command):
    """Record what was decided, by whom, and when the warrant was looked up."""

    name = "save_alert_decision"

    async def run(
        self,
        connection: Connection,
        *,
        state: str | None,
        by: UUID | None,
        now: datetime | None,
        reason: str | None,
        warrant_checked_at: datetime | None,
        incident_id: UUID | None,
        id: UUID | None,
    ) -> int:
        return await self._run(
            connection,
            state=state,
            by=by,
            now=now,
            reason=reason,
            warrant_checked_at=warrant_checked_at,
            incident_id=incident_id,
            id=id,
        )


class PendingAlertsOfEntry(Query[Row]):
    """Matches on an entry that still wait for a person, locked until the commit."""

    name = "pending_alerts_of_entry"

    async def all(self, connection: Connection, *, station_id: UUID | None, entry_id: UUID | None) -> list[Row]:
        return await self._all(connection, station_id=station_id, entry_id=entry_id)


class IncidentsOfEntry(Query[Row]):
    """Open cases that came from matches on an entry."""

    name = "incidents_of_entry"

    async def all(self, connection: Connection, *, entry_id: UUID | None) -> list[Row]:
        return await self._all(connection, entry_id=entry_id)


class ListAlerts(Query[Row]):
    """Alerts as the desk sees them: by state, or one by its id."""

    name = "list_alerts"

    async def all(
        self,
        connection: Connection,
        *,
        station_id: UUID | None,
        state: str | None,
        id: UUID | None,
        before: datetime | None,
        most: int | None,
    ) -> list[Row]:
        return await self._all(connection, station_id=station_id, state=state, id=id, before=before, most=most)


class AddEntry(Command):
    """Store a draft watchlist entry; does nothing if the id is already known."""

    name = "add_entry"

    async def run(
        self,
        connection: Connection,
        *,
        id: UUID | None,
        station_id: UUID | None,
        label: str | None,
        legal_basis: str | None,
        warrant_number: str | None,
        court: str | None,
        expires_at: datetime | None,
        review_at: datetime | None,
        picture_source: str | None,
        born: date | None,
        plate: str | None,
        priority: int | None,
        requested_by: UUID | None,
        content_hash: bytes | None,
        created_at: datetime | None,
    ) -> int:
        return await self._run(
            connection,
            id=id,
            station_id=station_id,
            label=label,
            legal_basis=legal_basis,
            warrant_number=warrant_number,
            court=court,
            expires_at=expires_at,
            review_at=review_at,
            picture_source=picture_source,
            born=born,
            plate=plate,
            priority=priority,
            requested_by=requested_by,
            content_hash=content_hash,
            created_at=created_at,
        )


class ReadEntry(Query[Row]):
    """One entry, with who requested it and who approved it."""

    name = "read_entry"

    async def one(self, connection: Connection, *, id: UUID | None) -> Row | None:
        return await self._one(connection, id=id)


class LockEntry(Query[Row]):
    """One entry, locked until the commit."""

    name = "lock_entry"

    async def one(self, connection: Connection, *, id: UUID | None) -> Row | None:
        return await self._one(connection, id=id)


class EntryContent(Value[bytes]):
    """A hash over facts, pictures, and the templates made so far: what an approval is bound to."""

    name = "entry_content"

    async def get(self, connection: Connection, *, id: UUID | None, upto: datetime | None) -> bytes | None:
        return await self._get(connection, id=id, upto=upto)


class PicturesUsable(Query[Row]):
    """For each picture, whether a model could make a template from it; null if none has tried."""

    name = "pictures_usable"

    async def all(self, connection: Connection, *, entry_id: UUID | None) -> list[Row]:
        return await self._all(connection, entry_id=entry_id)


class ListEntries(Query[Row]):
    """The station's entries, newest first."""

    name = "list_entries"

    async def all(self, connection: Connection, *, station_id: UUID | None) -> list[Row]:
        return await self._all(connection, station_id=station_id)


class ApproveEntry(Value[bytes]):
    """Approve. The time is taken under the entry's lock, like a template's, so that their order is unambiguous."""

    name = "approve_entry"

    async def get(self, connection: Connection, *, by: UUID | None, id: UUID | None) -> bytes | None:
        return await self._get(connection, by=by, id=id)


class WithdrawEntry(Command):
    """Withdraw an entry; it matches nobody from now on."""

    name = "withdraw_entry"

    async def run(
        self, connection: Connection, *, by: UUID | None, now: datetime | None, reason: str | None, id: UUID | None
    ) -> int:
        return await self._run(connection, by=by, now=now, reason=reason, id=id)


class PermitMinor(Command):
    """Store a written permit for somebody under age."""

    name = "permit_minor"

    async def run(
        self,
        connection: Connection,
        *,
        entry_id: UUID | None,
        station_id: UUID | None,
        by: UUID | None,
        reason: str | None,
        now: datetime | None,
    ) -> int:
        return await self._run(connection, entry_id=entry_id, station_id=station_id, by=by, reason=reason, now=now)


class MinorPermitted(Value[bool]):
    """Whether there is such a permit."""

    name = "minor_permitted"

    async def get(self, connection: Connection, *, entry_id: UUID | None) -> bool | None:
        return await self._get(connection, entry_id=entry_id)


class EntryMatchable(Query[Row]):
    """The entry, if an alert may name it now: approved, not withdrawn, not expired."""

    name = "entry_matchable"

    async def one(self, connection: Connection, *, id: UUID | None) -> Row | None:
        return await self._one(connection, id=id)


class AddPicture(Command):
    """Add a reference picture, already re-encoded."""

    name = "add_picture"

    async def run(
        self,
        connection: Connection,
        *,
        id: UUID | None,
        station_id: UUID | None,
        entry_id: UUID | None,
        jpeg: bytes | None,
        now: datetime | None,
    ) -> int:
        return await self._run(connection, id=id, station_id=station_id, entry_id=entry_id, jpeg=jpeg, now=now)


class ReadPicture(Query[Row]):
    """The picture itself, and its entry."""

    name = "read_picture"

    async def one(self, connection: Connection, *, id: UUID | None) -> Row | None:
        return await self._one(connection, id=id)


class ListPictures(Query[Row]):
    """Pictures of these entries, with what each model made of them."""

    name = "list_pictures"

    async def all(self, connection: Connection, *, entry_ids: Sequence[UUID | None] | None) -> list[Row]:
        return await self._all(connection, entry_ids=entry_ids)


class ListEnrolments(Query[Row]):
    """Pictures of entries in use that lack a template (or a recorded problem) for this model."""

    name = "list_enrolments"

    async def all(
        self, connection: Connection, *, station_id: UUID | None, now: datetime | None, model: str | None
    ) -> list[Row]:
        return await self._all(connection, station_id=station_id, now=now, model=model)


class ReadTemplate(Query[Row]):
    """What a model made of a picture."""

    name = "read_template"

    async def one(self, connection: Connection, *, picture_id: UUID | None, model: str | None) -> Row | None:
        return await self._one(connection, picture_id=picture_id, model=model)


class SaveTemplate(Command):
    """Store a model's result for a picture; the time is taken under the entry's lock."""

    name = "save_template"

    async def run(
        self,
        connection: Connection,
        *,
        picture_id: UUID | None,
        station_id: UUID | None,
        model: str | None,
        quality: float | None,
        template: bytes | None,
        problem: str | None,
    ) -> int:
        return await self._run(
            connection,
            picture_id=picture_id,
            station_id=station_id,
            model=model,
            quality=quality,
            template=template,
            problem=problem,
        )


class ReadGallery(Query[Row]):
    """The gallery, read through the view that leaves out unapproved, expired and withdrawn entries."""

    name = "read_gallery"

    async def all(self, connection: Connection, *, model: str | None, station_id: UUID | None) -> list[Row]:
        return await self._all(connection, model=model, station_id=station_id)


class WithdrawnEntries(Query[Row]):
    """Withdrawn entries, for the journal that outlives the database."""

    name = "withdrawn_entries"

    async def all(self, connection: Connection, *, station_id: UUID | None, since: datetime | None) -> list[Row]:
        return await self._all(connection, station_id=station_id, since=since)


class AddPending(Command):
    """What a use case leaves behind, in one round trip. Time points of rows that are new in this transaction, so
    that none can have been there or taken back before. Deadlines, one of each kind and subject; where
    `sooner_kept`, one that is already due sooner stays. Events for the screens, in this order: ids and states
    only; `readers` of a case that is hidden from others."""

    name = "add_pending"

    async def run(
        self,
        connection: Connection,
        *,
        kinds: Sequence[str | None] | None,
        subject_ids: Sequence[UUID | None] | None,
        due_ats: Sequence[datetime | None] | None,
        sooner_kept: Sequence[bool | None] | None,
        station_id: UUID | None,
        incident_ids: Sequence[UUID | None] | None,
        assignment_ids: Sequence[UUID | None] | None,
        steps: Sequence[str | None] | None,
        sources: Sequence[str | None] | None,
        server_ats: Sequence[datetime | None] | None,
        request_id: str | None,
        at: datetime | None,
        event_kinds: Sequence[str | None] | None,
        subjects: Sequence[UUID | None] | None,
        event_incidents: Sequence[UUID | None] | None,
        event_units: Sequence[UUID | None] | None,
        states: Sequence[str | None] | None,
    ) -> int:
        return await self._run(
            connection,
            kinds=kinds,
            subject_ids=subject_ids,
            due_ats=due_ats,
            sooner_kept=sooner_kept,
            station_id=station_id,
            incident_ids=incident_ids,
            assignment_ids=assignment_ids,
            steps=steps,
            sources=sources,
            server_ats=server_ats,
            request_id=request_id,
            at=at,
            event_kinds=event_kinds,
            subjects=subjects,
            event_incidents=event_incidents,
            event_units=event_units,
            states=states,
        )


class EventsOf(Query[Row]):
    """Committed events past each station's cursor, in the order in which they became visible; none still being
    written. At most so many of each station."""

    name = "events_of"

    async def all(
        self,
        connection: Connection,
        *,
        station_ids: Sequence[UUID | None] | None,
        txs: Sequence[int | None] | None,
        ids: Sequence[int | None] | None,
        since: datetime | None,
        most: int | None,
    ) -> list[Row]:
        return await self._all(connection, station_ids=station_ids, txs=txs, ids=ids, since=since, most=most)


class EventHead(Value[int]):
    """The cursor at which a reader of new events only starts."""

    name = "event_head"

    async def get(self, connection: Connection) -> int | None:
        return await self._get(connection)


class AddAudit(Command):
    """Record who did what to which object, and why. Rows are only ever added."""

    name = "add_audit"

    async def run(
        self,
        connection: Connection,
        *,
        station_id: UUID | None,
        actor_id: UUID | None,
        role: str | None,
        action: str | None,
        subject: UUID | None,
        reason: str | None,
        facts: object | None,
        request_id: str | None,
        at: datetime | None,
    ) -> int:
        return await self._run(
            connection,
            station_id=station_id,
            actor_id=actor_id,
            role=role,
            action=action,
            subject=subject,
            reason=reason,
            facts=facts,
            request_id=request_id,
            at=at,
        )


class DeleteOldKeys(Command):
    """Delete Idempotency-Keys past their term, of all stations."""

    name = "delete_old_keys"

    async def run(self, connection: Connection, *, before: datetime | None) -> int:
        return await self._run(connection, before=before)


class DeleteOldCounts(Command):
    """Delete counts of requests past their window."""

    name = "delete_old_counts"

    async def run(self, connection: Connection, *, before: datetime | None) -> int:
        return await self._run(connection, before=before)


class DeleteOldFailures(Command):
    """Delete failed sign-ins past their window."""

    name = "delete_old_failures"

    async def run(self, connection: Connection, *, before: datetime | None) -> int:
        return await self._run(connection, before=before)


class EnsurePartitions(Value[str]):
    """Create the partitions of this month and the next three."""

    name = "ensure_partitions"

    async def get(self, connection: Connection) -> str | None:
        return await self._get(connection)


class DeleteOldImages(Command):
    """Delete pictures of alerts past their term, unless the case they led to is held."""

    name = "delete_old_images"

    async def run(self, connection: Connection, *, station_id: UUID | None, now: datetime | None) -> int:
        return await self._run(connection, station_id=station_id, now=now)


class DeleteOldTracks(Command):
    """Delete tracks by unit, as the table is ordered, so other stations' tracks are not read. The way to a held case
    stays."""

    name = "delete_old_tracks"

    async def run(self, connection: Connection, *, station_id: UUID | None, before: datetime | None) -> int:
        return await self._run(connection, station_id=station_id, before=before)


class DeleteOldBatches(Command):
    """Delete ids of position batches past their term."""

    name = "delete_old_batches"

    async def run(self, connection: Connection, *, station_id: UUID | None, before: datetime | None) -> int:
        return await self._run(connection, station_id=station_id, before=before)


class DeleteOldDeliveries(Command):
    """Delete push deliveries past their term."""

    name = "delete_old_deliveries"

    async def run(self, connection: Connection, *, station_id: UUID | None, before: datetime | None) -> int:
        return await self._run(connection, station_id=station_id, before=before)


class DeleteOldOutgoing(Command):
    """Delete outgoing messages past their term."""

    name = "delete_old_outgoing"

    async def run(self, connection: Connection, *, station_id: UUID | None, before: datetime | None) -> int:
        return await self._run(connection, station_id=station_id, before=before)


class DeleteOldFallbacks(Command):
    """Delete fall-back deliveries of the previous release past their term."""

    name = "delete_old_fallbacks"

    async def run(self, connection: Connection, *, station_id: UUID | None, before: datetime | None) -> int:
        return await self._run(connection, station_id=station_id, before=before)


class DeleteOldSessions(Command):
    """Delete sessions that ended longer ago than their term."""

    name = "delete_old_sessions"

    async def run(self, connection: Connection, *, station_id: UUID | None, before: datetime | None) -> int:
        return await self._run(connection, station_id=station_id, before=before)


class DeleteOldInvitations(Command):
    """Delete invitations that ended longer ago than their term."""

    name = "delete_old_invitations"

    async def run(self, connection: Connection, *, station_id: UUID | None, before: datetime | None) -> int:
        return await self._run(connection, station_id=station_id, before=before)


class DeleteOldRosters(Command):
    """Delete planned shifts that ended longer ago than their term."""

    name = "delete_old_rosters"

    async def run(self, connection: Connection, *, station_id: UUID | None, before: datetime | None) -> int:
        return await self._run(connection, station_id=station_id, before=before)


class DeleteOldMessages(Command):
    """Delete messages between citizens and the radio room; the term runs from the end of the case."""

    name = "delete_old_messages"

    async def run(self, connection: Connection, *, station_id: UUID | None, before: datetime | None) -> int:
        return await self._run(connection, station_id=station_id, before=before)


class DeleteOldUnitMessages(Command):
    """Delete messages between the radio room and units; the term runs from the end of the case."""

    name = "delete_old_unit_messages"

    async def run(self, connection: Connection, *, station_id: UUID | None, before: datetime | None) -> int:
        return await self._run(connection, station_id=station_id, before=before)


class DeleteOldUnmatchedLocations(Command):
    """Delete what belongs to no case and is past its term, of all stations."""

    name = "delete_old_unmatched_locations"

    async def run(self, connection: Connection, *, before: datetime | None) -> int:
        return await self._run(connection, before=before)


class DeleteOldCallerLocations(Command):
    """Delete where callers were; the term runs from the end of the case."""

    name = "delete_old_caller_locations"

    async def run(self, connection: Connection, *, station_id: UUID | None, before: datetime | None) -> int:
        return await self._run(connection, station_id=station_id, before=before)


class DeleteOldCallerLinks(Command):
    """Delete links past their term."""

    name = "delete_old_caller_links"

    async def run(self, connection: Connection, *, station_id: UUID | None, before: datetime | None) -> int:
        return await self._run(connection, station_id=station_id, before=before)


class DeleteOldWarnings(Command):
    """Delete premises warnings that nobody has approved or reviewed for longer than their term, and those that have
    ended."""

    name = "delete_old_warnings"

    async def run(self, connection: Connection, *, station_id: UUID | None, before: datetime | None) -> int:
        return await self._run(connection, station_id=station_id, before=before)


class DeleteOldPhotos(Command):
    """Delete citizens' photos past their term, except in cases under a legal hold."""

    name = "delete_old_photos"

    async def run(self, connection: Connection, *, station_id: UUID | None, before: datetime | None) -> int:
        return await self._run(connection, station_id=station_id, before=before)


class ForgetReporters(Command):
    """Erase what a citizen said, from where, and their contact. The place is rounded to a grid of about 500 m."""

    name = "forget_reporters"

    async def run(self, connection: Connection, *, station_id: UUID | None, before: datetime | None) -> int:
        return await self._run(connection, station_id=station_id, before=before)


class ForgetCallers(Command):
    """Erase callers and senders of cases past their term, except under a legal hold."""

    name = "forget_callers"

    async def run(self, connection: Connection, *, station_id: UUID | None, before: datetime | None) -> int:
        return await self._run(connection, station_id=station_id, before=before)


class ForgetCases(Command):
    """Erase what people wrote about a case. Kind, time, coarse place and outcome stay, for the figures."""

    name = "forget_cases"

    async def run(self, connection: Connection, *, station_id: UUID | None, before: datetime | None) -> int:
        return await self._run(connection, station_id=station_id, before=before)


class ForgetClearingNotes(Command):
    """Erase officers' closing notes past their term, except in cases under a legal hold."""

    name = "forget_clearing_notes"

    async def run(self, connection: Connection, *, station_id: UUID | None, before: datetime | None) -> int:
        return await self._run(connection, station_id=station_id, before=before)


class ForgetSafetyNotes(Command):
    """Erase what was written with a word of safety, except in cases under a legal hold."""

    name = "forget_safety_notes"

    async def run(self, connection: Connection, *, station_id: UUID | None, before: datetime | None) -> int:
        return await self._run(connection, station_id=station_id, before=before)


class ForgetAlerts(Command):
    """Erase notes, plates and reasons of alerts past their term."""

    name = "forget_alerts"

    async def run(self, connection: Connection, *, station_id: UUID | None, before: datetime | None) -> int:
        return await self._run(connection, station_id=station_id, before=before)


class DeleteOldTemplates(Command):
    """Delete templates of people who are no longer looked for."""

    name = "delete_old_templates"

    async def run(self, connection: Connection, *, station_id: UUID | None, before: datetime | None) -> int:
        return await self._run(connection, station_id=station_id, before=before)


class DeleteOldPictures(Command):
    """Delete pictures of entries that ended longer ago than their term."""

    name = "delete_old_pictures"

    async def run(self, connection: Connection, *, station_id: UUID | None, before: datetime | None) -> int:
        return await self._run(connection, station_id=station_id, before=before)


class ForgetEntries(Command):
    """Erase the person's identity. That somebody was looked for, on what grounds and by whom, stays."""

    name = "forget_entries"

    async def run(self, connection: Connection, *, station_id: UUID | None, before: datetime | None) -> int:
        return await self._run(connection, station_id=station_id, before=before)


class DeleteOldPartitions(Value[int]):
    """Drop whole months past their term: tracks only when empty, the audit only while nothing is held."""

    name = "delete_old_partitions"

    async def get(self, connection: Connection, *, today: date | None) -> int | None:
        return await self._get(connection, today=today)


class Hold(Command):
    """Put a legal hold on a case: nothing of it is deleted, whatever its term."""

    name = "hold"

    async def run(
        self,
        connection: Connection,
        *,
        id: UUID | None,
        station_id: UUID | None,
        incident_id: UUID | None,
        reason: str | None,
        by: UUID | None,
        now: datetime | None,
    ) -> int:
        return await self._run(
            connection, id=id, station_id=station_id, incident_id=incident_id, reason=reason, by=by, now=now
        )


class ReleaseHold(Command):
    """Release a legal hold."""

    name = "release_hold"

    async def run(
        self, connection: Connection, *, by: UUID | None, now: datetime | None, incident_id: UUID | None
    ) -> int:
        return await self._run(connection, by=by, now=now, incident_id=incident_id)


class Held(Query[Row]):
    """Whether, by whom and why a case is held."""

    name = "held"

    async def one(self, connection: Connection, *, incident_id: UUID | None) -> Row | None:
        return await self._one(connection, incident_id=incident_id)


class CurrentNetwork(Query[Row]):
    """The road network in service."""

    name = "current_network"

    async def one(self, connection: Connection) -> Row | None:
        return await self._one(connection)


class ReadNetwork(Query[Row]):
    """One road network, unless it is still being loaded."""

    name = "read_network"

    async def one(self, connection: Connection, *, id: int | None) -> Row | None:
        return await self._one(connection, id=id)


class PackedEdges(Query[Row]):
    """Edges column by column as numbers in network byte order, except the lines' coordinates, which are
    little-endian: a Python object per row takes ten times as long. The subquery's order is the aggregates'
    order."""

    name = "packed_edges"

    async def one(
        self, connection: Connection, *, network_id: int | None, first: int | None, beyond: int | None
    ) -> Row | None:
        return await self._one(connection, network_id=network_id, first=first, beyond=beyond)


class PackedRestrictions(Query[Row]):
    """All turn restrictions of a network, packed for one read."""

    name = "packed_restrictions"

    async def one(self, connection: Connection, *, network_id: int | None) -> Row | None:
        return await self._one(connection, network_id=network_id)


class RoadTile(Value[bytes]):
    """Every street of a tile, as a Mapbox vector tile, with its edge's id; `oneway` is 1 along the line and -1
    against it."""

    name = "road_tile"

    async def get(
        self, connection: Connection, *, z: int | None, x: int | None, y: int | None, network_id: int | None
    ) -> bytes | None:
        return await self._get(connection, z=z, x=x, y=y, network_id=network_id)


class RoadTileMajor(Value[bytes]):
    """The main roads of a tile, joined where they continue under the same name, and simplified to a quarter of a
    pixel."""

    name = "road_tile_major"

    async def get(
        self,
        connection: Connection,
        *,
        z: int | None,
        x: int | None,
        y: int | None,
        network_id: int | None,
        most_rank: int | None,
    ) -> bytes | None:
        return await self._get(connection, z=z, x=x, y=y, network_id=network_id, most_rank=most_rank)


class ImportNetwork(Value[int]):
    """Start a new network; returns its id."""

    name = "import_network"

    async def get(
        self,
        connection: Connection,
        *,
        source: str | None,
        synthetic: bool | None,
        now: datetime | None,
        bounds: Sequence[float | None] | None,
        nodes: int | None,
        edges: int | None,
        report: object | None,
        places: int | None,
    ) -> int | None:
        return await self._get(
            connection,
            source=source,
            synthetic=synthetic,
            now=now,
            bounds=bounds,
            nodes=nodes,
            edges=edges,
            report=report,
            places=places,
        )


class ImportRetire(Command):
    """Retire the network in service; in the same transaction the new one takes its place."""

    name = "import_retire"

    async def run(self, connection: Connection) -> int:
        return await self._run(connection)


class ImportInService(Command):
    """Put a complete network into service."""

    name = "import_in_service"

    async def run(self, connection: Connection, *, id: int | None) -> int:
        return await self._run(connection, id=id)


class ImportLeftovers(Query[Row]):
    """Networks no longer in use: retired ones, and leftovers of killed imports."""

    name = "import_leftovers"

    async def all(self, connection: Connection) -> list[Row]:
        return await self._all(connection)


class DeleteOldRoadEdges(Command):
    """Delete a slice of the edges of a network no longer in use."""

    name = "delete_old_road_edges"

    async def run(
        self, connection: Connection, *, network_id: int | None, first: int | None, beyond: int | None
    ) -> int:
        return await self._run(connection, network_id=network_id, first=first, beyond=beyond)


class DeleteOldRoadRestrictions(Command):
    """Delete the turn restrictions of a network no longer in use."""

    name = "delete_old_road_restrictions"

    async def run(self, connection: Connection, *, network_id: int | None) -> int:
        return await self._run(connection, network_id=network_id)


class DeleteOldRoadNetwork(Command):
    """Delete a network no longer in use, once its edges are gone."""

    name = "delete_old_road_network"

    async def run(self, connection: Connection, *, network_id: int | None) -> int:
        return await self._run(connection, network_id=network_id)


class StationGround(Query[Row]):
    """The area of a coverage map: the station's ring as [longitude, latitude]."""

    name = "station_ground"

    async def one(self, connection: Connection, *, station_id: UUID | None) -> Row | None:
        return await self._one(connection, station_id=station_id)


class FreeUnits(Query[Row]):
    """Units that could be sent at once, with their last position."""

    name = "free_units"

    async def all(self, connection: Connection, *, station_id: UUID | None, since: datetime | None) -> list[Row]:
        return await self._all(connection, station_id=station_id, since=since)


class UnplacedUnits(Value[int]):
    """How many free units are left out because their position is unknown."""

    name = "unplaced_units"

    async def get(self, connection: Connection, *, station_id: UUID | None, since: datetime | None) -> int | None:
        return await self._get(connection, station_id=station_id, since=since)


class EndsOfRoute(Query[Row]):
    """A unit's last position, and its incident."""

    name = "ends_of_route"

    async def one(self, connection: Connection, *, assignment_id: UUID | None) -> Row | None:
        return await self._one(connection, assignment_id=assignment_id)


class ClosuresInForce(Query[Row]):
    """The ids of every station's closures that hold now."""

    name = "closures_in_force"

    async def all(self, connection: Connection, *, now: datetime | None) -> list[Row]:
        return await self._all(connection, now=now)


class ClosedShapes(Query[Row]):
    """What the road network has to know of closures."""

    name = "closed_shapes"

    async def all(self, connection: Connection, *, ids: Sequence[UUID | None] | None) -> list[Row]:
        return await self._all(connection, ids=ids)


class JudgeClosure(Query[Row]):
    """Whether a shape is sound (OGC rules), else why not and where; its metres from the station's area; and the
    shape in the streets' projection."""

    name = "judge_closure"

    async def one(self, connection: Connection, *, geojson: str | None, station_id: UUID | None) -> Row | None:
        return await self._one(connection, geojson=geojson, station_id=station_id)


class ShapeOfEdges(Query[Row]):
    """Streets of the network in service as one shape, and which of these there are."""

    name = "shape_of_edges"

    async def one(self, connection: Connection, *, edge_ids: Sequence[int | None] | None) -> Row | None:
        return await self._one(connection, edge_ids=edge_ids)


class EdgesNear(Query[Row]):
    """Streets of the network in service near a shape; metres of the projection."""

    name = "edges_near"

    async def all(
        self, connection: Connection, *, geometry: bytes | None, metres: float | None, most: int | None
    ) -> list[Row]:
        return await self._all(connection, geometry=geometry, metres=metres, most=most)


class AddClosure(Command):
    """Close a street, or slow it down."""

    name = "add_closure"

    async def run(
        self,
        connection: Connection,
        *,
        id: UUID | None,
        kind: str | None,
        speed_factor: float | None,
        geojson: str | None,
        streets: Sequence[str | None] | None,
        begins_at: datetime | None,
        ends_at: datetime | None,
        reason: str | None,
        by: UUID | None,
        now: datetime | None,
        station_id: UUID | None,
    ) -> int:
        return await self._run(
            connection,
            id=id,
            kind=kind,
            speed_factor=speed_factor,
            geojson=geojson,
            streets=streets,
            begins_at=begins_at,
            ends_at=ends_at,
            reason=reason,
            by=by,
            now=now,
            station_id=station_id,
        )


class FindClosure(Query[Row]):
    """One closure, whoever's, over or not."""

    name = "find_closure"

    async def one(self, connection: Connection, *, id: UUID | None) -> Row | None:
        return await self._one(connection, id=id)


class ClosuresNear(Query[Row]):
    """Closures that hold or will: the station's own, and others' near its area. `by` is null for another station's
    people."""

    name = "closures_near"

    async def all(
        self, connection: Connection, *, within_m: float | None, station_id: UUID | None, now: datetime | None
    ) -> list[Row]:
        return await self._all(connection, within_m=within_m, station_id=station_id, now=now)


class LiftClosure(Command):
    """Open a street again before its time."""

    name = "lift_closure"

    async def run(self, connection: Connection, *, now: datetime | None, by: UUID | None, id: UUID | None) -> int:
        return await self._run(connection, now=now, by=by, id=id)


class ReadStation(Query[Row]):
    """The station with its policy: targets, delegation, rules, fall-back numbers, its province's where they are
    tighter; and whether nothing may be dispatched because it has been restored from a backup."""

    name = "read_station"

    async def one(self, connection: Connection, *, station_id: UUID | None) -> Row | None:
        return await self._one(connection, station_id=station_id)


class StationServing(Query[Row]):
    """The station whose area contains the place, else the nearest one with `inside` false. Looks across stations."""

    name = "station_serving"

    async def one(self, connection: Connection, *, lon: float | None, lat: float | None) -> Row | None:
        return await self._one(connection, lon=lon, lat=lat)


class LockStation(Query[Row]):
    """Serialise one station's dispatch decisions; everything else runs concurrently."""

    name = "lock_station"

    async def one(self, connection: Connection, *, station_id: UUID | None) -> Row | None:
        return await self._one(connection, station_id=station_id)


class NextIncidentNumber(Value[int]):
    """The next number in this year's references."""

    name = "next_incident_number"

    async def get(self, connection: Connection, *, station_id: UUID | None, year: int | None) -> int | None:
        return await self._get(connection, station_id=station_id, year=year)


class AllStations(Query[Row]):
    """All stations, for jobs that work station by station."""

    name = "all_stations"

    async def all(self, connection: Connection) -> list[Row]:
        return await self._all(connection)


class AddStation(Command):
    """Add a station with its area; without one it is the office of a province."""

    name = "add_station"

    async def run(
        self,
        connection: Connection,
        *,
        id: UUID | None,
        name_th: str | None,
        name_en: str | None,
        phone: str | None,
        geojson: str | None,
        lon: float | None,
        lat: float | None,
        province_id: UUID | None,
    ) -> int:
        return await self._run(
            connection,
            id=id,
            name_th=name_th,
            name_en=name_en,
            phone=phone,
            geojson=geojson,
            lon=lon,
            lat=lat,
            province_id=province_id,
        )


class IsOffice(Value[bool]):
    """Whether a station is the office of a province: it has no area."""

    name = "is_office"

    async def get(self, connection: Connection, *, station_id: UUID | None) -> bool | None:
        return await self._get(connection, station_id=station_id)


class MayJoinProvince(Value[bool]):
    """Whether this is a station and belongs to no province yet; null if there is none."""

    name = "may_join_province"

    async def get(self, connection: Connection, *, station_id: UUID | None) -> bool | None:
        return await self._get(connection, station_id=station_id)


class JoinProvince(Command):
    """From now on the office sees this station."""

    name = "join_province"

    async def run(self, connection: Connection, *, office_id: UUID | None, station_id: UUID | None) -> int:
        return await self._run(connection, office_id=office_id, station_id=station_id)


class ProvinceStations(Query[Row]):
    """The stations of an office's province and how each stood when it was last counted (null: not yet)."""

    name = "province_stations"

    async def all(self, connection: Connection, *, office: UUID | None) -> list[Row]:
        return await self._all(connection, office=office)


class CountStation(Command):
    """How a station stands, in numbers."""

    name = "count_station"

    async def run(self, connection: Connection, *, station_id: UUID | None, now: datetime | None) -> int:
        return await self._run(connection, station_id=station_id, now=now)


class StationsOfProvince(Query[Row]):
    """The stations of an office's province, by name."""

    name = "stations_of_province"

    async def all(self, connection: Connection, *, office: UUID | None) -> list[Row]:
        return await self._all(connection, office=office)


class ProvinceStandard(Query[Row]):
    """The policy of this station's province, which it may tighten; none without a province."""

    name = "province_standard"

    async def one(self, connection: Connection, *, station_id: UUID | None) -> Row | None:
        return await self._one(connection, station_id=station_id)


class LockStationFacts(Query[Row]):
    """A station's names and its area as GeoJSON, locked until the commit."""

    name = "lock_station_facts"

    async def one(self, connection: Connection, *, station_id: UUID | None) -> Row | None:
        return await self._one(connection, station_id=station_id)


class ReadStationFacts(Query[Row]):
    """A station's names and its area as GeoJSON."""

    name = "read_station_facts"

    async def one(self, connection: Connection, *, station_id: UUID | None) -> Row | None:
        return await self._one(connection, station_id=station_id)


class JudgeArea(Query[Row]):
    """Whether a GeoJSON polygon is one (OGC rules), else why not and where; and its size in square metres."""

    name = "judge_area"

    async def one(self, connection: Connection, *, geojson: str | None) -> Row | None:
        return await self._one(connection, geojson=geojson)


class OverlappingStations(Query[Row]):
    """The stations whose area overlaps a GeoJSON polygon, and where, the largest overlap first. Looks across
    stations."""

    name = "overlapping_stations"

    async def all(self, connection: Connection, *, own: UUID | None, geojson: str | None) -> list[Row]:
        return await self._all(connection, own=own, geojson=geojson)


class ChangeStation(Command):
    """Change a station's names and area; its centre stays if it is still inside. Its version goes up."""

    name = "change_station"

    async def run(
        self,
        connection: Connection,
        *,
        geojson: str | None,
        name_th: str | None,
        name_en: str | None,
        phone: str | None,
        station_id: UUID | None,
    ) -> int:
        return await self._run(
            connection, geojson=geojson, name_th=name_th, name_en=name_en, phone=phone, station_id=station_id
        )


class AddPolicy(Command):
    """Add a new station's policy, with the columns' defaults."""

    name = "add_policy"

    async def run(
        self, connection: Connection, *, station_id: UUID | None, delegated_by: str | None, now: datetime | None
    ) -> int:
        return await self._run(connection, station_id=station_id, delegated_by=delegated_by, now=now)


class SaveDelegation(Command):
    """Store the commander's delegation: how far the system may act automatically."""

    name = "save_delegation"

    async def run(
        self,
        connection: Connection,
        *,
        delegation: object | None,
        needs: object | None,
        beat_floor: int | None,
        lends_units: bool | None,
        face_words: int | None,
        by: str | None,
        now: datetime | None,
        station_id: UUID | None,
    ) -> int:
        return await self._run(
            connection,
            delegation=delegation,
            needs=needs,
            beat_floor=beat_floor,
            lends_units=lends_units,
            face_words=face_words,
            by=by,
            now=now,
            station_id=station_id,
        )


class SavePolicy(Command):
    """Store what the station sets for itself: targets, patience, automatic kinds, units by kind."""

    name = "save_policy"

    async def run(
        self,
        connection: Connection,
        *,
        targets: object | None,
        offer_seconds: int | None,
        delivery_seconds: int | None,
        fix_limit_seconds: int | None,
        alarm_seconds: int | None,
        decision_seconds: int | None,
        automatic_alerts: Sequence[str | None] | None,
        automatic_reports: Sequence[str | None] | None,
        needs: object | None,
        station_id: UUID | None,
    ) -> int:
        return await self._run(
            connection,
            targets=targets,
            offer_seconds=offer_seconds,
            delivery_seconds=delivery_seconds,
            fix_limit_seconds=fix_limit_seconds,
            alarm_seconds=alarm_seconds,
            decision_seconds=decision_seconds,
            automatic_alerts=automatic_alerts,
            automatic_reports=automatic_reports,
            needs=needs,
            station_id=station_id,
        )


class KeepPolicy(Command):
    """Keep a version of the station's policy and delegation, with its author."""

    name = "keep_policy"

    async def run(
        self,
        connection: Connection,
        *,
        station_id: UUID | None,
        version: int | None,
        policy: object | None,
        by: UUID | None,
        now: datetime | None,
    ) -> int:
        return await self._run(connection, station_id=station_id, version=version, policy=policy, by=by, now=now)


class PolicyHistory(Query[Row]):
    """The station's policies, newest first, and who wrote them: somebody of the station, or its province."""

    name = "policy_history"

    async def all(self, connection: Connection, *, station_id: UUID | None, most: int | None) -> list[Row]:
        return await self._all(connection, station_id=station_id, most=most)


class ReadDeployment(Query[Row]):
    """Whether this is a demo, its generation, and whether it was just restored."""

    name = "read_deployment"

    async def one(self, connection: Connection) -> Row | None:
        return await self._one(connection)


class DispatchWaits(Value[bool]):
    """Suspend after a restore: until `sipha resume` nothing is offered, sent or carried out automatically."""

    name = "dispatch_waits"

    async def get(self, connection: Connection) -> bool | None:
        return await self._get(connection)


class ResumeDispatch(Command):
    """Resume after a restore: offers may go out again."""

    name = "resume_dispatch"

    async def run(self, connection: Connection) -> int:
        return await self._run(connection)


class LookAgain(Command):
    """Make every open incident's forecast and the station's review due now: what was due before a restore was not
    carried out."""

    name = "look_again"

    async def run(self, connection: Connection, *, station_id: UUID | None, now: datetime | None) -> int:
        return await self._run(connection, station_id=station_id, now=now)


class ReadSecret(Value[bytes]):
    """A key that every replica shares."""

    name = "read_secret"

    async def get(self, connection: Connection, *, name: str | None) -> bytes | None:
        return await self._get(connection, name=name)


class KeepSecret(Command):
    """Store a key created at the first start; the first one wins."""

    name = "keep_secret"

    async def run(self, connection: Connection, *, name: str | None, value: bytes | None) -> int:
        return await self._run(connection, name=name, value=value)


class JobsSeen(Query[Row]):
    """When `sipha jobs` was last heard from, when it last examined the records and how many contradictions it found,
    how far the worst clock among them is off, and how long the oldest deadline has been due. Looks across
    stations, through a function that only reads."""

    name = "jobs_seen"

    async def one(self, connection: Connection, *, now: datetime | None) -> Row | None:
        return await self._one(connection, now=now)


class Beat(Command):
    """Record that a jobs loop is alive, how far its clock is off, and how many contradictions it has found in the
    records."""

    name = "beat"

    async def run(
        self,
        connection: Connection,
        *,
        name: str | None,
        now: datetime | None,
        clock_error_seconds: float | None,
        findings: int | None,
    ) -> int:
        return await self._run(
            connection, name=name, now=now, clock_error_seconds=clock_error_seconds, findings=findings
        )


class AddCamera(Command):
    """Add a camera."""

    name = "add_camera"

    async def run(
        self,
        connection: Connection,
        *,
        id: UUID | None,
        station_id: UUID | None,
        name: str | None,
        lon: float | None,
        lat: float | None,
        direction: int | None,
    ) -> int:
        return await self._run(
            connection, id=id, station_id=station_id, name=name, lon=lon, lat=lat, direction=direction
        )


class ListCameras(Query[Row]):
    """The station's cameras in use, with their workers' last status."""

    name = "list_cameras"

    async def all(self, connection: Connection, *, station_id: UUID | None) -> list[Row]:
        return await self._all(connection, station_id=station_id)


class ReadCamera(Query[Row]):
    """One camera in use."""

    name = "read_camera"

    async def one(self, connection: Connection, *, id: UUID | None) -> Row | None:
        return await self._one(connection, id=id)


class LockCamera(Query[Row]):
    """One camera, retired or not, locked until the commit."""

    name = "lock_camera"

    async def one(self, connection: Connection, *, id: UUID | None) -> Row | None:
        return await self._one(connection, id=id)


class ChangeCamera(Command):
    """Change a camera; its version goes up."""

    name = "change_camera"

    async def run(
        self,
        connection: Connection,
        *,
        name: str | None,
        lon: float | None,
        lat: float | None,
        direction: int | None,
        id: UUID | None,
    ) -> int:
        return await self._run(connection, name=name, lon=lon, lat=lat, direction=direction, id=id)


class RetireCamera(Command):
    """A camera that is no longer used."""

    name = "retire_camera"

    async def run(self, connection: Connection, *, now: datetime | None, id: UUID | None) -> int:
        return await self._run(connection, now=now, id=id)


class SaveCameraState(Command):
    """Store a worker's status of a camera; keeps the time of the last change."""

    name = "save_camera_state"

    async def run(
        self,
        connection: Connection,
        *,
        state: str | None,
        detail: str | None,
        now: datetime | None,
        at: datetime | None,
        id: UUID | None,
    ) -> int:
        return await self._run(connection, state=state, detail=detail, now=now, at=at, id=id)


class ExtendRecognitionPeriod(Command):
    """Extend a recognition period, while camera, model, threshold and watchlist stay the same and reports keep
    coming."""

    name = "extend_recognition_period"

    async def run(
        self,
        connection: Connection,
        *,
        at: datetime | None,
        frames: int | None,
        faces_scanned: int | None,
        camera_id: UUID | None,
        model_name: str | None,
        model_version: str | None,
        threshold: float | None,
        gallery_version: str | None,
        since: datetime | None,
    ) -> int:
        return await self._run(
            connection,
            at=at,
            frames=frames,
            faces_scanned=faces_scanned,
            camera_id=camera_id,
            model_name=model_name,
            model_version=model_version,
            threshold=threshold,
            gallery_version=gallery_version,
            since=since,
        )


class BeginRecognitionPeriod(Command):
    """Start a recognition period on a camera, with this model and gallery."""

    name = "begin_recognition_period"

    async def run(
        self,
        connection: Connection,
        *,
        station_id: UUID | None,
        camera_id: UUID | None,
        model_name: str | None,
        model_version: str | None,
        threshold: float | None,
        gallery_version: str | None,
        at: datetime | None,
        frames: int | None,
        faces_scanned: int | None,
    ) -> int:
        return await self._run(
            connection,
            station_id=station_id,
            camera_id=camera_id,
            model_name=model_name,
            model_version=model_version,
            threshold=threshold,
            gallery_version=gallery_version,
            at=at,
            frames=frames,
            faces_scanned=faces_scanned,
        )


class GoToStation(Value[str]):
    """Switch the transaction to that station's rows, until it is switched back or the transaction ends."""

    name = "go_to_station"

    async def get(self, connection: Connection, *, station_id: UUID | None) -> str | None:
        return await self._get(connection, station_id=station_id)


class LockFixes(Query[Row]):
    """Serialise each unit's fixes until the commit; units whose fixes are being taken in elsewhere are not `mine`.
    Not by locking the unit's row, which dispatch decisions want. Nobody may be kept waiting by a row that
    cannot be locked."""

    name = "lock_fixes"

    async def all(self, connection: Connection, *, unit_ids: Sequence[UUID | None] | None) -> list[Row]:
        return await self._all(connection, unit_ids=unit_ids)


class ReadSenders(Query[Row]):
    """Who may still send positions, and for which unit: officers by their session, trackers by their token. Those
    missing have been signed out or revoked. `unit_id` is null off duty."""

    name = "read_senders"

    async def all(
        self,
        connection: Connection,
        *,
        session_ids: Sequence[UUID | None] | None,
        now: datetime | None,
        tracker_ids: Sequence[UUID | None] | None,
    ) -> list[Row]:
        return await self._all(connection, session_ids=session_ids, now=now, tracker_ids=tracker_ids)


class ReadPositions(Query[Row]):
    """The positions that dispatch uses, whether a demo's simulated officer made them, any doubts about them, and
    whether to look for an arrival."""

    name = "read_positions"

    async def all(self, connection: Connection, *, unit_ids: Sequence[UUID | None] | None) -> list[Row]:
        return await self._all(connection, unit_ids=unit_ids)


class TracksBetween(Query[Row]):
    """Where units were, including untrusted fixes."""

    name = "tracks_between"

    async def all(
        self,
        connection: Connection,
        *,
        unit_ids: Sequence[UUID | None] | None,
        sinces: Sequence[datetime | None] | None,
        untils: Sequence[datetime | None] | None,
    ) -> list[Row]:
        return await self._all(connection, unit_ids=unit_ids, sinces=sinces, untils=untils)


class SavePositions(Command):
    """Update units' positions; an older fix never overwrites a newer one. Rows are locked in the order in which
    everybody locks units."""

    name = "save_positions"

    async def run(
        self,
        connection: Connection,
        *,
        now: datetime | None,
        unit_ids: Sequence[UUID | None] | None,
        lats: Sequence[float | None] | None,
        lons: Sequence[float | None] | None,
        ats: Sequence[datetime | None] | None,
        accuracies: Sequence[float | None] | None,
        speeds: Sequence[float | None] | None,
        headings: Sequence[float | None] | None,
        simulated: Sequence[bool | None] | None,
    ) -> int:
        return await self._run(
            connection,
            now=now,
            unit_ids=unit_ids,
            lats=lats,
            lons=lons,
            ats=ats,
            accuracies=accuracies,
            speeds=speeds,
            headings=headings,
            simulated=simulated,
        )


class MovedUnits(Query[Row]):
    """Where units are that have moved, for the radio rooms. Looks across stations."""

    name = "moved_units"

    async def all(
        self, connection: Connection, *, station_ids: Sequence[UUID | None] | None, since: datetime | None
    ) -> list[Row]:
        return await self._all(connection, station_ids=station_ids, since=since)


class SaveDoubt(Command):
    """Update whether a unit's position is doubtful, and since when."""

    name = "save_doubt"

    async def run(
        self,
        connection: Connection,
        *,
        reason: str | None,
        since: datetime | None,
        seen_at: datetime | None,
        unit_id: UUID | None,
    ) -> int:
        return await self._run(connection, reason=reason, since=since, seen_at=seen_at, unit_id=unit_id)


class AddTrack(Command):
    """Store fixes, trusted or not; duplicates are dropped."""

    name = "add_track"

    async def run(
        self,
        connection: Connection,
        *,
        station_id: UUID | None,
        unit_ids: Sequence[UUID | None] | None,
        ats: Sequence[datetime | None] | None,
        lats: Sequence[float | None] | None,
        lons: Sequence[float | None] | None,
        accuracies: Sequence[float | None] | None,
        speeds: Sequence[float | None] | None,
        problems: Sequence[str | None] | None,
        received_ats: Sequence[datetime | None] | None,
    ) -> int:
        return await self._run(
            connection,
            station_id=station_id,
            unit_ids=unit_ids,
            ats=ats,
            lats=lats,
            lons=lons,
            accuracies=accuracies,
            speeds=speeds,
            problems=problems,
            received_ats=received_ats,
        )


class BelieveTrack(Command):
    """Mark fixes as trusted: they contradicted the earlier position, and were right."""

    name = "believe_track"

    async def run(
        self, connection: Connection, *, unit_id: UUID | None, since: datetime | None, until: datetime | None
    ) -> int:
        return await self._run(connection, unit_id=unit_id, since=since, until=until)


class KeepBatches(Command):
    """Store the answers to batches of fixes, for retries."""

    name = "keep_batches"

    async def run(
        self,
        connection: Connection,
        *,
        station_id: UUID | None,
        now: datetime | None,
        account_ids: Sequence[UUID | None] | None,
        ids: Sequence[UUID | None] | None,
        hashes: Sequence[bytes | None] | None,
        answers: Sequence[bytes | None] | None,
    ) -> int:
        return await self._run(
            connection, station_id=station_id, now=now, account_ids=account_ids, ids=ids, hashes=hashes, answers=answers
        )


class ReadBatches(Query[Row]):
    """The stored answers to batches of fixes."""

    name = "read_batches"

    async def all(
        self, connection: Connection, *, account_ids: Sequence[UUID | None] | None, ids: Sequence[UUID | None] | None
    ) -> list[Row]:
        return await self._all(connection, account_ids=account_ids, ids=ids)


class AwaitedArrivals(Query[Row]):
    """Scenes where the units are expected or have reported arrival, but with no geofence arrival yet."""

    name = "awaited_arrivals"

    async def all(self, connection: Connection, *, unit_ids: Sequence[UUID | None] | None) -> list[Row]:
        return await self._all(connection, unit_ids=unit_ids)


class RecentTrack(Query[Row]):
    """The unit's last trusted fixes with their distance to a place in metres, oldest first, for the arrival
    geofence."""

    name = "recent_track"

    async def all(
        self,
        connection: Connection,
        *,
        lon: float | None,
        lat: float | None,
        unit_id: UUID | None,
        since: datetime | None,
    ) -> list[Row]:
        return await self._all(connection, lon=lon, lat=lat, unit_id=unit_id, since=since)


class ArrivalsOf(Query[Row]):
    """Button and geofence times of each arrival, by the phone's clock, and where the unit was when the button was
    pressed."""

    name = "arrivals_of"

    async def all(
        self, connection: Connection, *, fresh: timedelta | None, incident_ids: Sequence[UUID | None] | None
    ) -> list[Row]:
        return await self._all(connection, fresh=fresh, incident_ids=incident_ids)


class IncidentsOfPeriod(Query[Row]):
    """Drills and merged cases never count."""

    name = "incidents_of_period"

    async def all(
        self, connection: Connection, *, station_id: UUID | None, since: datetime | None, until: datetime | None
    ) -> list[Row]:
        return await self._all(connection, station_id=station_id, since=since, until=until)


class HastenForecasts(Command):
    """The units have moved: make the forecasts of their jobs due now, unless they were just done."""

    name = "hasten_forecasts"

    async def run(
        self,
        connection: Connection,
        *,
        now: datetime | None,
        unit_ids: Sequence[UUID | None] | None,
        measured_before: datetime | None,
    ) -> int:
        return await self._run(connection, now=now, unit_ids=unit_ids, measured_before=measured_before)


class ListBeats(Query[Row]):
    """A station's beats, or one of them: its area as GeoJSON, and the units that name it."""

    name = "list_beats"

    async def all(self, connection: Connection, *, station_id: UUID | None, id: UUID | None) -> list[Row]:
        return await self._all(connection, station_id=station_id, id=id)


class AddBeat(Command):
    """Add a beat."""

    name = "add_beat"

    async def run(
        self, connection: Connection, *, id: UUID | None, station_id: UUID | None, name: str | None, geojson: str | None
    ) -> int:
        return await self._run(connection, id=id, station_id=station_id, name=name, geojson=geojson)


class ChangeBeat(Command):
    """Change a beat; the units that name it follow. Its version goes up."""

    name = "change_beat"

    async def run(self, connection: Connection, *, id: UUID | None, name: str | None, geojson: str | None) -> int:
        return await self._run(connection, id=id, name=name, geojson=geojson)


class RemoveBeat(Command):
    """Remove a beat; units no longer name it."""

    name = "remove_beat"

    async def run(self, connection: Connection, *, id: UUID | None) -> int:
        return await self._run(connection, id=id)


class MisplacedBeat(Query[Row]):
    """What speaks against a beat's area: how much of it lies outside the station's, and the beat with which it
    overlaps most; and where."""

    name = "misplaced_beat"

    async def one(
        self, connection: Connection, *, geojson: str | None, station_id: UUID | None, id: UUID | None
    ) -> Row | None:
        return await self._one(connection, geojson=geojson, station_id=station_id, id=id)


class ListPlannedShifts(Query[Row]):
    """The roster of a period, or one of its shifts. `people`: who is to be in the unit, and whether they are."""

    name = "list_planned_shifts"

    async def all(
        self,
        connection: Connection,
        *,
        station_id: UUID | None,
        id: UUID | None,
        until: datetime | None,
        since: datetime | None,
    ) -> list[Row]:
        return await self._all(connection, station_id=station_id, id=id, until=until, since=since)


class AddPlannedShift(Command):
    """Add a shift to the roster; fails if the unit has one at that time."""

    name = "add_planned_shift"

    async def run(
        self,
        connection: Connection,
        *,
        id: UUID | None,
        station_id: UUID | None,
        unit_id: UUID | None,
        starts_at: datetime | None,
        ends_at: datetime | None,
    ) -> int:
        return await self._run(
            connection, id=id, station_id=station_id, unit_id=unit_id, starts_at=starts_at, ends_at=ends_at
        )


class ChangePlannedShift(Command):
    """Change a shift of the roster; its crew is added anew. Its version goes up."""

    name = "change_planned_shift"

    async def run(
        self,
        connection: Connection,
        *,
        id: UUID | None,
        unit_id: UUID | None,
        starts_at: datetime | None,
        ends_at: datetime | None,
    ) -> int:
        return await self._run(connection, id=id, unit_id=unit_id, starts_at=starts_at, ends_at=ends_at)


class AddPlannedCrew(Command):
    """Who is to be in the unit; fails if somebody is in another one at that time. Only this station's officers
    count."""

    name = "add_planned_crew"

    async def run(
        self,
        connection: Connection,
        *,
        station_id: UUID | None,
        account_ids: Sequence[UUID | None] | None,
        shift_id: UUID | None,
    ) -> int:
        return await self._run(connection, station_id=station_id, account_ids=account_ids, shift_id=shift_id)


class ListOfficers(Query[Row]):
    """Whom a roster may name: the station's officers who may sign in, by name."""

    name = "list_officers"

    async def all(self, connection: Connection, *, station_id: UUID | None) -> list[Row]:
        return await self._all(connection, station_id=station_id)


class RemovePlannedShift(Command):
    """Take a shift out of the roster, with its crew."""

    name = "remove_planned_shift"

    async def run(self, connection: Connection, *, id: UUID | None) -> int:
        return await self._run(connection, id=id)


class AddTracker(Command):
    """Add a token for a tracker of one unit."""

    name = "add_tracker"

    async def run(
        self,
        connection: Connection,
        *,
        id: UUID | None,
        station_id: UUID | None,
        label: str | None,
        hash: bytes | None,
        unit_id: UUID | None,
        created_by: UUID | None,
        now: datetime | None,
    ) -> int:
        return await self._run(
            connection,
            id=id,
            station_id=station_id,
            label=label,
            hash=hash,
            unit_id=unit_id,
            created_by=created_by,
            now=now,
        )


class ListTrackers(Query[Row]):
    """The trackers of a unit, and when each was last heard from."""

    name = "list_trackers"

    async def all(self, connection: Connection, *, unit_id: UUID | None) -> list[Row]:
        return await self._all(connection, unit_id=unit_id)


class RevokeTracker(Query[Row]):
    """Revoke a tracker's token."""

    name = "revoke_tracker"

    async def one(self, connection: Connection, *, now: datetime | None, id: UUID | None) -> Row | None:
        return await self._one(connection, now=now, id=id)


class TrackersUsed(Command):
    """Record when trackers were last heard from; written only once in a while."""

    name = "trackers_used"

    async def run(
        self,
        connection: Connection,
        *,
        now: datetime | None,
        ids: Sequence[UUID | None] | None,
        before: datetime | None,
    ) -> int:
        return await self._run(connection, now=now, ids=ids, before=before)


class AddUnit(Command):
    """Add a unit."""

    name = "add_unit"

    async def run(
        self,
        connection: Connection,
        *,
        id: UUID | None,
        station_id: UUID | None,
        callsign: str | None,
        kind: str | None,
        beat: str | None,
        capabilities: Sequence[str | None] | None,
        plate: str | None,
    ) -> int:
        return await self._run(
            connection,
            id=id,
            station_id=station_id,
            callsign=callsign,
            kind=kind,
            beat=beat,
            capabilities=capabilities,
            plate=plate,
        )


class EquipUnits(Query[Row]):
    """A station's units as its administration knows them, retired ones last; or one of them."""

    name = "equip_units"

    async def all(self, connection: Connection, *, station_id: UUID | None, id: UUID | None) -> list[Row]:
        return await self._all(connection, station_id=station_id, id=id)


class ChangeUnit(Command):
    """Change a unit; its version goes up."""

    name = "change_unit"

    async def run(
        self,
        connection: Connection,
        *,
        callsign: str | None,
        kind: str | None,
        plate: str | None,
        beat: str | None,
        capabilities: Sequence[str | None] | None,
        id: UUID | None,
    ) -> int:
        return await self._run(
            connection, callsign=callsign, kind=kind, plate=plate, beat=beat, capabilities=capabilities, id=id
        )


class RetireUnit(Command):
    """A unit that is no longer used: nobody is shown it first, and its trackers' tokens end, and nobody is planned
    for it any more."""

    name = "retire_unit"

    async def run(self, connection: Connection, *, id: UUID | None, now: datetime | None) -> int:
        return await self._run(connection, id=id, now=now)


class AddUnitLive(Command):
    """Add the unit's row of fast-changing state."""

    name = "add_unit_live"

    async def run(self, connection: Connection, *, unit_id: UUID | None, station_id: UUID | None) -> int:
        return await self._run(connection, unit_id=unit_id, station_id=station_id)


class ListUnits(Query[Row]):
    """The board: every unit with its place, phone and crew, or one by its id."""

    name = "list_units"

    async def all(self, connection: Connection, *, station_id: UUID | None) -> list[Row]:
        return await self._all(connection, station_id=station_id)


class ListShiftUnits(Query[Row]):
    """The units that an officer may choose at the start of a shift; the roster counts from an hour before it begins."""

    name = "list_shift_units"

    async def all(
        self, connection: Connection, *, account_id: UUID | None, station_id: UUID | None, now: datetime | None
    ) -> list[Row]:
        return await self._all(connection, account_id=account_id, station_id=station_id, now=now)


class ReadUnit(Query[Row]):
    """One unit that is not retired."""

    name = "read_unit"

    async def one(self, connection: Connection, *, id: UUID | None) -> Row | None:
        return await self._one(connection, id=id)


class LockUnit(Query[Row]):
    """A unit's status, locked until the commit."""

    name = "lock_unit"

    async def one(self, connection: Connection, *, unit_id: UUID | None) -> Row | None:
        return await self._one(connection, unit_id=unit_id)


class SetUnitStatus(Command):
    """Update a unit's status, as derived from its work."""

    name = "set_unit_status"

    async def run(self, connection: Connection, *, status: str | None, unit_id: UUID | None) -> int:
        return await self._run(connection, status=status, unit_id=unit_id)


class TakeIdleUnit(Command):
    """Offer a job to a unit that has none, if it still has none; the row is locked until the commit."""

    name = "take_idle_unit"

    async def run(self, connection: Connection, *, unit_id: UUID | None) -> int:
        return await self._run(connection, unit_id=unit_id)


class BeginUnitShift(Command):
    """Put the unit on duty; a phone from the previous shift does not count."""

    name = "begin_unit_shift"

    async def run(self, connection: Connection, *, now: datetime | None, unit_id: UUID | None) -> int:
        return await self._run(connection, now=now, unit_id=unit_id)


class EndUnitShift(Command):
    """Take the unit off duty: nobody is in it any more."""

    name = "end_unit_shift"

    async def run(self, connection: Connection, *, unit_id: UUID | None) -> int:
        return await self._run(connection, unit_id=unit_id)


class OpenShift(Query[Row]):
    """The account's open shift."""

    name = "open_shift"

    async def one(self, connection: Connection, *, account_id: UUID | None) -> Row | None:
        return await self._one(connection, account_id=account_id)


class BeginShift(Command):
    """Start an officer's shift in a unit; an officer has one open shift."""

    name = "begin_shift"

    async def run(
        self,
        connection: Connection,
        *,
        id: UUID | None,
        station_id: UUID | None,
        unit_id: UUID | None,
        account_id: UUID | None,
        now: datetime | None,
    ) -> int:
        return await self._run(
            connection, id=id, station_id=station_id, unit_id=unit_id, account_id=account_id, now=now
        )


class EndShift(Command):
    """End an officer's shift."""

    name = "end_shift"

    async def run(self, connection: Connection, *, now: datetime | None, account_id: UUID | None) -> int:
        return await self._run(connection, now=now, account_id=account_id)


class OfficersOnUnit(Query[Row]):
    """The accounts whose phones ring for this unit."""

    name = "officers_on_unit"

    async def all(self, connection: Connection, *, unit_id: UUID | None) -> list[Row]:
        return await self._all(connection, unit_id=unit_id)


class UnitStatusFromWork(Query[Row]):
    """What a unit's status should be, from its shift and its assignments."""

    name = "unit_status_from_work"

    async def one(self, connection: Connection, *, unit_id: UUID | None) -> Row | None:
        return await self._one(connection, unit_id=unit_id)


class SeenByPush(Command):
    """Record that the phone of an officer on duty has answered a push."""

    name = "seen_by_push"

    async def run(self, connection: Connection, *, now: datetime | None, account_id: UUID | None) -> int:
        return await self._run(connection, now=now, account_id=account_id)


class SeenByStream(Command):
    """Record that these officers' screens are on."""

    name = "seen_by_stream"

    async def run(
        self, connection: Connection, *, now: datetime | None, account_ids: Sequence[UUID | None] | None
    ) -> int:
        return await self._run(connection, now=now, account_ids=account_ids)


class HastenDeadlines(Command):
    """Make retries that are due later due now."""

    name = "hasten_deadlines"

    async def run(
        self, connection: Connection, *, now: datetime | None, station_id: UUID | None, kind: str | None
    ) -> int:
        return await self._run(connection, now=now, station_id=station_id, kind=kind)


class AnyoneOnDuty(Value[bool]):
    """Whether the station has any unit on duty."""

    name = "anyone_on_duty"

    async def get(self, connection: Connection, *, station_id: UUID | None) -> bool | None:
        return await self._get(connection, station_id=station_id)
