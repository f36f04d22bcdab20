"""the audit as a Merkle tree per station; only `sipha jobs` writes it"""

import sqlalchemy as sa
from alembic import op

from api.db import steps
from api.db.tables.log import TransactionId

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels = None
depends_on = None

HERE = "(SELECT NULLIF(current_setting('sipha.station_id', true), '')::uuid)"


def upgrade() -> None:
    steps.run(
        revision,
        [
            steps.short(_leaf),
            steps.short(_head),
            steps.short(_timestamp),
            steps.sql("the app seals nothing", "REVOKE INSERT ON audit_seal FROM sipha_app"),
            steps.short(_old_chain),
        ],
    )


def _leaf() -> None:
    op.create_table(
        "audit_leaf",
        _station("audit_leaf"),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("tx", TransactionId(), nullable=False),
        sa.Column("audit_id", sa.BigInteger, nullable=False),
        _moment("at"),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("station_id", "position", name=op.f("pk_audit_leaf")),
        comment="The leaves of a station's Merkle tree (RFC 6962), from 0: one for each audit row, "
        "kept when the row is not.",
    )
    _guard("audit_leaf")


def _head() -> None:
    op.create_table(
        "audit_head",
        _station("audit_head"),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("tx", TransactionId(), nullable=False),
        sa.Column("audit_id", sa.BigInteger, nullable=False),
        sa.Column("peaks", sa.LargeBinary, nullable=False),
        sa.Column("root", sa.LargeBinary, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        _moment("at"),
        sa.PrimaryKeyConstraint("station_id", "size", name=op.f("pk_audit_head")),
        comment="Signed heads of the tree, as the note that is anchored elsewhere. `tx` and `audit_id`: the last "
        "leaf's row; `peaks`: the roots of the whole subtrees, 32 bytes each.",
    )
    _guard("audit_head")


def _timestamp() -> None:
    op.create_table(
        "audit_timestamp",
        _station("audit_timestamp"),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("token", sa.LargeBinary, nullable=False),
        _moment("at"),
        sa.PrimaryKeyConstraint("station_id", "size", name=op.f("pk_audit_timestamp")),
        comment="RFC 3161 time-stamps over a head's note.",
    )
    _guard("audit_timestamp")


def _old_chain() -> None:
    op.create_table_comment(
        "audit_seal", "The hash chain of the releases before the Merkle tree; the next release drops it."
    )


def _station(table: str) -> sa.Column:
    return sa.Column("station_id", sa.Uuid, sa.ForeignKey("station.id", name=f"fk_{table}_station_id"), nullable=False)


def _moment(name: str) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _guard(table: str) -> None:
    op.execute(f"GRANT SELECT ON {table} TO sipha_app")
    op.execute(f"GRANT SELECT, INSERT ON {table} TO sipha_jobs")
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY own_station ON {table} TO sipha_app, sipha_jobs "
        f"USING (station_id = {HERE}) WITH CHECK (station_id = {HERE})"
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: a downgrade would lose what was recorded since")
