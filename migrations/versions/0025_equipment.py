"""equipment: units and cameras are changed and retired, tokens are narrowed, and say when they were last used"""

from api.db import steps

revision: str = "0025"
down_revision: str | None = "0024"
branch_labels = None
depends_on = None

UNIT = """
ALTER TABLE unit ADD COLUMN plate text, ADD COLUMN retired_at timestamptz, ADD COLUMN version integer NOT NULL DEFAULT 1
"""

CAMERA = """
ALTER TABLE camera ADD COLUMN direction integer, ADD COLUMN retired_at timestamptz,
  ADD COLUMN version integer NOT NULL DEFAULT 1
"""

COMMENTS = {
    "unit": "A retired unit (`retired_at`) goes on duty no more; its history stays.",
    "camera": "`direction`: where it looks, in degrees from north. No alert is taken from a retired camera; its history "
    "stays.",
}


def upgrade() -> None:
    steps.run(
        revision,
        [
            steps.sql("units", UNIT),
            steps.sql("cameras", CAMERA),
            *steps.check("camera", "ck_camera_direction_in_circle", "direction BETWEEN 0 AND 359"),
            [
                steps.sql(f"describe {table}", f"COMMENT ON TABLE {table} IS '{text}'")
                for table, text in COMMENTS.items()
            ],
        ],
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: a downgrade would lose what was recorded since")
