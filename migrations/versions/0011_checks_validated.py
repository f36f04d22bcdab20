"""the wider lists of 0010 are read against the rows, beside whoever is writing"""

from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, column in (
        ("incident", "kind"),
        ("report", "kind"),
        ("alarm", "reason"),
        ("deadline", "kind"),
        ("assignment", "withdrawn_because"),
    ):
        op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT ck_{table}_{column}_known")


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: a downgrade would lose what was recorded since")
