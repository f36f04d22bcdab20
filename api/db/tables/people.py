from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY, INET
from sqlalchemy.sql import text

from api.db.tables.columns import identity, metadata, moment, refers, station
from api.domain.access.permissions import STAFF, Role

_STAFF = ", ".join(sorted(f"'{role}'" for role in STAFF))

account = Table(
    "account",
    metadata,
    identity(),
    station(),
    Column("role", String, nullable=False),
    Column("username", Text, nullable=False, unique=True),
    Column("display_name", Text, nullable=False),
    Column("password_hash", Text),
    refers("default_unit_id", "unit", null=True),
    Column("pin_hash", Text),
    Column("otp_secret", Text),
    Column("otp_counter", BigInteger),
    Column("otp_recovery", ARRAY(LargeBinary), nullable=False, server_default=text("'{}'")),
    Column("otp_pending_secret", Text),
    Column("otp_pending_recovery", ARRAY(LargeBinary), nullable=False, server_default=text("'{}'")),
    Column("passkeys", Integer, nullable=False, server_default=text("0")),
    Column("language", String, nullable=False, server_default=text("'th'")),
    Column("simulated", Boolean, nullable=False, server_default=text("false")),
    moment("disabled_at", null=True),
    Column("version", Integer, nullable=False, server_default=text("1")),
    CheckConstraint(f"role IN ({_STAFF})", name="role_known"),
    CheckConstraint("language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'", name="language_known"),
    Index("ix_account_station_id", "station_id"),
    Index("ix_account_default_unit_id", "default_unit_id"),
    comment="`password_hash`: null until the invited person has chosen a password. `otp_counter`: the last one-time "
    "code used, none is good twice; `otp_recovery`: SHA-256 of the unused recovery codes; `otp_pending_…`: set up, not "
    "yet confirmed by a first code. `pin_hash`: opens a locked screen of the radio room, and nothing else.",
)

invitation = Table(
    "invitation",
    metadata,
    identity(),
    station(),
    refers("account_id", "account"),
    Column("code_hash", LargeBinary, nullable=False, unique=True),
    refers("made_by", "account"),
    moment("made_at"),
    moment("expires_at"),
    moment("used_at", null=True),
    Index("ix_invitation_account_id", "account_id"),
    comment="A one-time link by which a person chooses a password. Only the SHA-256 of its code is kept; a newer one "
    "ends those before it.",
)

session = Table(
    "session",
    metadata,
    identity(),
    station(),
    refers("account_id", "account"),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    moment("created_at", default=True),
    moment("expires_at"),
    moment("revoked_at", null=True),
    Column("device", Text),
    Column("address", INET),
    moment("seen_at", default=True),
    moment("proved_at", default=True),
    moment("locked_at", null=True),
    Index("ix_session_account_id", "account_id"),
    comment="Only the SHA-256 of the cookie is kept; revoking is one update, seen by the next request. `seen_at`: its "
    "last use, to the minute; `proved_at`: when the password or a code was last given; `locked_at`: since then it "
    "shows and does nothing.",
)

machine_token = Table(
    "machine_token",
    metadata,
    identity(),
    station(),
    Column("role", String, nullable=False),
    Column("label", Text, nullable=False),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("camera_ids", ARRAY(Uuid)),
    Column("alert_kinds", ARRAY(Text)),
    refers("unit_id", "unit", null=True),
    refers("created_by", "account", null=True),
    moment("created_at", default=True),
    moment("last_used_at", null=True),
    moment("revoked_at", null=True),
    CheckConstraint(
        f"role IN ('{Role.WORKER}', '{Role.ENROLLER}', '{Role.TRACKER}', '{Role.LOCATOR}')", name="role_known"
    ),
    CheckConstraint(f"(role = '{Role.TRACKER}') = (unit_id IS NOT NULL)", name="tracker_of_a_unit"),
    Index("ix_machine_token_unit_id", "unit_id"),
    comment="Only the SHA-256 of a token is kept. A tracker's is bound to its unit, a worker's to cameras and kinds "
    "of alert.",
)

passkey = Table(
    "passkey",
    metadata,
    identity(),
    station(),
    refers("account_id", "account"),
    Column("name", Text, nullable=False),
    Column("credential_id", LargeBinary, nullable=False, unique=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("transports", ARRAY(Text), nullable=False),
    moment("created_at"),
    moment("last_used_at", null=True),
    Index("ix_passkey_account_id", "account_id"),
    comment="`sign_count`: the authenticator's, at its last use; one that does not grow is a copy. "
    "`account.passkeys` counts them.",
)

passkey_challenge = Table(
    "passkey_challenge",
    metadata,
    Column("hash", LargeBinary, primary_key=True),
    Column("account_id", Uuid),
    moment("expires_at"),
    Index("ix_passkey_challenge_expires_at", "expires_at"),
    comment="Each good once, whichever process is asked. `account_id`: who may register a passkey with it; null: to "
    "prove with one who one is.",
)

sign_in_failure = Table(
    "sign_in_failure",
    metadata,
    identity(),
    Column("username", Text, nullable=False),
    Column("address", INET, nullable=False),
    moment("at", default=True),
    Index("ix_sign_in_failure_username_address_at", "username", "address", "at"),
    comment="Delays count per account and address together, so that nobody can lock an officer out.",
)

once_only = Table(
    "once_only",
    metadata,
    Column("principal_id", Uuid, primary_key=True),
    Column("key", Uuid, primary_key=True),
    refers("station_id", "station", null=True),
    Column("route", Text, nullable=False),
    Column("content_hash", LargeBinary, nullable=False),
    Column("status", Integer),
    Column("body", LargeBinary),
    moment("at", default=True),
    Index("ix_once_only_at", "at"),
    comment="Idempotency keys: status and body of the first answer. A row without a status is still being worked on.",
)

request_count = Table(
    "request_count",
    metadata,
    Column("caller", LargeBinary, nullable=False),
    moment("window_at"),
    Column("calls", Integer, nullable=False),
    PrimaryKeyConstraint("caller", "window_at"),
    comment="Calls counted for rate limits, across all replicas. An address is kept only as a keyed hash.",
)
