"""How a loop rests: many commits cost one check, which delays neither due work nor free capacity."""

import asyncio
import time

import pytest

from api.jobs.crew import Crew


async def rested(crew: Crew[str], seconds: float | None) -> float:
    woken = asyncio.Event()
    woken.set()
    begun = time.monotonic()
    await crew.rest(woken, seconds)
    return time.monotonic() - begun


@pytest.mark.parametrize("seconds", [None, 90.0])
async def test_after_a_commit_it_waits_for_others(seconds: float | None) -> None:
    assert await rested(Crew("test", 2, 1, lull=0.3), seconds) >= 0.3


async def test_without_a_lull_it_looks_at_once() -> None:
    assert await rested(Crew("test", 2, 1), 90.0) < 30


async def test_what_is_due_meanwhile_is_not_late() -> None:
    assert await rested(Crew("test", 2, 1, lull=60), seconds=0.1) < 30


async def test_a_hand_that_came_free_is_used_at_once() -> None:
    crew: Crew[str] = Crew("test", 2, 1, lull=60)
    crew.begin("x", asyncio.sleep(0))
    await asyncio.sleep(0.05)
    assert await rested(crew, None) < 30
