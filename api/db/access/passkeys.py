from datetime import datetime
from uuid import UUID

import msgspec

from api.db import bindings


class PasskeyRow(msgspec.Struct, frozen=True):
    """`sign_count`: at the last use; 0 for those that do not count."""

    id: UUID
    name: str
    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: list[str]
    created_at: datetime
    last_used_at: datetime | None


of_account = bindings.ListPasskeys(PasskeyRow)
add = bindings.AddPasskey()
remove = bindings.RemovePasskeys()
use = bindings.UsePasskey()
add_challenge = bindings.AddPasskeyChallenge()
use_challenge = bindings.UsePasskeyChallenge()
