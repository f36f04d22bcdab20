"""where a case came from, and when the citizen first told anybody"""

from api.db import steps

revision: str = "0031"
down_revision: str | None = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    steps.run(
        revision,
        [
            steps.sql("source", "ALTER TABLE incident ADD COLUMN source text NOT NULL DEFAULT 'operator'"),
            steps.sql("source_reference", "ALTER TABLE incident ADD COLUMN source_reference text"),
            steps.sql("entered_at", "ALTER TABLE incident ADD COLUMN entered_at timestamptz"),
        ],
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: a downgrade would lose what was recorded since")
