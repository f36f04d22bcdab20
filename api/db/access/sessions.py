from datetime import datetime
from uuid import UUID

import msgspec

from api.db import bindings
from api.domain.access.permissions import Role


class CallerRow(msgspec.Struct, frozen=True):
    hash: bytes
    session_id: UUID
    account_id: UUID
    station_id: UUID
    role: Role
    username: str
    display_name: str
    language: str
    unit_id: UUID | None
    seen_at: datetime
    proved_at: datetime
    second_factor: bool
    created_at: datetime
    locked_at: datetime | None
    pin: bool
    otp: bool


class AccountRow(msgspec.Struct, frozen=True):
    account_id: UUID
    station_id: UUID
    role: Role
    username: str
    display_name: str
    language: str
    password_hash: str | None
    otp_secret: str | None
    pin_hash: str | None


class SessionRow(msgspec.Struct, frozen=True):
    """`device`: browser and system, as far as it says. `seen_at`: its last use, to the minute."""

    id: UUID
    device: str | None
    address: str | None
    created_at: datetime
    seen_at: datetime


class MachineRow(msgspec.Struct, frozen=True):
    hash: bytes
    token_id: UUID
    station_id: UUID
    role: Role
    camera_ids: list[UUID] | None
    alert_kinds: list[str] | None
    unit_id: UUID | None


class CountRow(msgspec.Struct, frozen=True):
    caller: bytes
    calls: int


class LiveCaller(msgspec.Struct, frozen=True):
    session_id: UUID
    unit_id: UUID | None


class FailureRow(msgspec.Struct, frozen=True):
    of_account: int
    of_address: int
    last_of_account: datetime | None
    last_of_address: datetime | None


class KeyRow(msgspec.Struct, frozen=True):
    """An idempotency key; `status` is None while the first call is still running."""

    route: str
    content_hash: bytes
    status: int | None
    body: bytes | None
    at: datetime


find_people = bindings.FindPeople(CallerRow)
find_account = bindings.FindAccount(AccountRow)
find_machines = bindings.FindMachines(MachineRow)
live_callers = bindings.LiveCallers(LiveCaller)
open_session = bindings.OpenSession()
lock = bindings.LockSession()
revoke_session = bindings.RevokeSession()
record_failure = bindings.RecordSignInFailure()
forget_attempt = bindings.ForgetAttempt()
failures = bindings.SignInFailures(FailureRow)
forget_failures = bindings.ForgetSignInFailures()
claim_key = bindings.ClaimKey()
read_key = bindings.ReadKey(KeyRow)
answer_key = bindings.AnswerKey()
release_key = bindings.ReleaseKey()
count_request = bindings.CountRequest()
count_requests = bindings.CountRequests(CountRow)
revoke_all = bindings.RevokeSessionsOf()
revoke_one = bindings.RevokeSessionOf()
list_of = bindings.SessionsOf(SessionRow)
note_use = bindings.NoteUse()
note_proof = bindings.NoteProof()
