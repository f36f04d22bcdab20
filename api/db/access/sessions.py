from datetime import datetime
from uuid import UUID

import msgspec

from api.db.queries import Command, Query, Value
from api.domain.access.permissions import Role


class SessionRow(msgspec.Struct, frozen=True):
    session_id: UUID
    account_id: UUID
    station_id: UUID
    role: Role
    username: str
    display_name: str
    language: str


class AccountRow(msgspec.Struct, frozen=True):
    account_id: UUID
    station_id: UUID
    role: Role
    username: str
    display_name: str
    language: str
    password_hash: str
    otp_secret: str | None


class AccountName(msgspec.Struct, frozen=True):
    account_id: UUID
    station_id: UUID


class MachineRow(msgspec.Struct, frozen=True):
    token_id: UUID
    station_id: UUID
    role: Role
    camera_ids: list[UUID] | None
    alert_kinds: list[str] | None
    unit_id: UUID | None


class LiveSession(msgspec.Struct, frozen=True):
    session_id: UUID


class FailureRow(msgspec.Struct, frozen=True):
    of_account: int
    of_address: int
    last_of_account: datetime | None
    last_of_address: datetime | None


class KeyRow(msgspec.Struct, frozen=True):
    """An idempotency key; `status` is None while the first call is still at work."""

    route: str
    content_hash: bytes
    status: int | None
    body: bytes | None
    at: datetime


find_session = Query("find_session", SessionRow)
find_account = Query("find_account", AccountRow)
find_machine = Query("find_machine", MachineRow)
live_sessions = Query("live_sessions", LiveSession)
open_session = Command("open_session")
revoke_session = Command("revoke_session")
set_language = Command("set_language")
record_failure = Command("record_sign_in_failure")
forget_attempt = Command("forget_attempt")
failures = Query("sign_in_failures", FailureRow)
forget_failures = Command("forget_sign_in_failures")
add_account = Command("add_account")
add_machine_token = Command("add_machine_token")
claim_key = Command("claim_key")
read_key = Query("read_key", KeyRow)
answer_key = Command("answer_key")
release_key = Command("release_key")
count_request = Value("count_request", int)
name_account = Query("name_account", AccountName)
set_disabled = Command("set_account_disabled")
set_password = Command("set_account_password")
revoke_all = Command("revoke_sessions_of")
