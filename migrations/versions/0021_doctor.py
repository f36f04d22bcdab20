"""how many contradictions `sipha jobs` has found in the records"""

from api.db import steps

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    steps.run(
        revision,
        [steps.sql("findings", "ALTER TABLE jobs_heartbeat ADD COLUMN findings integer NOT NULL DEFAULT 0")],
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: a downgrade would lose what was recorded since")
