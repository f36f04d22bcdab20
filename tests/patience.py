"""How long tests wait before they give up. A slow machine is slow, not red: SIPHA_TEST_PATIENCE=5 waits five times
as long.

Only what ends early when all is well is stretched: time-outs and limits, never a pause that a test takes by itself.
"""

import os

PATIENCE = float(os.environ.get("SIPHA_TEST_PATIENCE") or 1)


def patient(seconds: float) -> float:
    return seconds * PATIENCE
