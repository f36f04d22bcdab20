"""What of a figure the public may see."""

LEAST = 5
"""A smaller count could point at a person."""


def published(count: int) -> int | None:
    """Zero identifies nobody; counts between zero and `LEAST` are hidden."""
    return None if 0 < count < LEAST else count
