from datetime import datetime
from uuid import UUID

import msgspec

from api.db import bindings
from api.domain.access.permissions import Role


class AccountDetails(msgspec.Struct, frozen=True):
    """`activated`: the person has chosen a password. `sessions`: how many are open; `seen_at`: the last use of any, to
    the minute."""

    id: UUID
    role: Role
    username: str
    display_name: str
    language: str
    default_unit_id: UUID | None
    disabled_at: datetime | None
    version: int
    activated: bool
    second_factor: bool
    invited_until: datetime | None
    sessions: int
    seen_at: datetime | None


class AccountLock(msgspec.Struct, frozen=True):
    id: UUID
    role: Role
    username: str
    display_name: str
    language: str
    default_unit_id: UUID | None
    disabled_at: datetime | None
    version: int
    password_hash: str | None
    otp_secret: str | None
    otp_pending_secret: str | None


class AccountName(msgspec.Struct, frozen=True):
    account_id: UUID
    station_id: UUID


class AccountId(msgspec.Struct, frozen=True):
    id: UUID


class InvitationRow(msgspec.Struct, frozen=True):
    id: UUID
    station_id: UUID
    account_id: UUID
    username: str
    display_name: str
    expires_at: datetime
    used_at: datetime | None


list_all = bindings.ListAccounts(AccountDetails)
lock = bindings.LockAccount(AccountLock)
lock_admins = bindings.LockAdmins(AccountId)
station_of = bindings.StationOfAccount()
name = bindings.NameAccount(AccountName)
add = bindings.AddAccount()
change = bindings.ChangeAccount()
set_language = bindings.SetLanguage()
set_disabled = bindings.SetAccountDisabled()
set_password = bindings.SetAccountPassword()
set_pin = bindings.SetPin()
add_invitation = bindings.AddInvitation()
end_invitations = bindings.EndInvitations()
find_invitation = bindings.FindInvitation(InvitationRow)
use_invitation = bindings.UseInvitation()
begin_second_factor = bindings.BeginSecondFactor()
confirm_second_factor = bindings.ConfirmSecondFactor()
remove_second_factor = bindings.RemoveSecondFactor()
use_counter = bindings.UseCounter()
use_recovery_code = bindings.UseRecoveryCode()
