"""cameras that deliver frames on which nobody would be found: `overloaded`, `not_matching`"""

from api.db import steps

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels = None
depends_on = None

STATES = ("unknown", "live", "overloaded", "not_matching", "stalled", "unreachable", "off")


def upgrade() -> None:
    known = ", ".join(repr(state) for state in STATES)
    steps.run(revision, steps.check("camera", "ck_camera_state_known", f"state IN ({known})", instead=True))


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: a downgrade would lose what was recorded since")
