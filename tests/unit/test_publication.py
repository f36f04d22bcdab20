"""No figure that is published points at a person."""

from api.domain.figures.publication import LEAST, published


def test_small_counts_are_hidden_and_zero_is_not() -> None:
    assert [published(count) for count in range(7)] == [0, None, None, None, None, 5, 6]
    assert LEAST == 5
