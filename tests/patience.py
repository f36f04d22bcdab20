"""How long tests wait before giving up. A slow machine must not fail tests: SIPHA_TEST_PATIENCE=5 waits five times
as long.

Stretches only waits that end early when all is well: time-outs and limits, never a test's own pauses.
"""

import os

PATIENCE = float(os.environ.get("SIPHA_TEST_PATIENCE") or 1)


def patient(seconds: float) -> float:
    return seconds * PATIENCE
