"""What a call, a job and a refusal are when nothing more is said of them."""

from api.domain.dispatching.dispatch import Needs, Refusal
from api.domain.dispatching.situation import Call
from api.domain.units.unit import Job
from tests.unit.situations import NOW, call, driving_to


def test_a_call_of_which_nothing_more_is_said() -> None:
    """It is real, has never lost a unit, and nobody has it, was asked or has been there."""
    known = call()
    bare = Call(*(getattr(known, name) for name in Call.__struct_fields__[:9]), missing=1)
    assert (bare.bumped, bare.swaps, bare.asked, bare.been) == (0, 0, 0, 0)
    assert (bare.drill, bare.yields, bare.legs, bare.sender) == (False, False, (), None)
    assert bare.needs == Needs(frozenset(), frozenset(), 1)


def test_a_job_and_a_refusal_of_which_nothing_more_is_said() -> None:
    job = driving_to(call())["held"]
    bare = Job(job.assignment_id, job.incident_id, "26-00001", job.state, 2, job.kind, None, 0)
    assert (bare.drill, bare.second, bare.yields) == (False, False, False)
    assert not Refusal(declined=False, silent_at=NOW).been_there
