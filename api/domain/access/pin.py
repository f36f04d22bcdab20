"""A PIN opens a locked screen of the radio room, in front of which its owner stands, and nothing else."""

SHORTEST, LONGEST = 6, 12
_RISING, _FALLING = "01234567890", "09876543210"
_FEWEST_DIGITS = 3


def is_too_easy(pin: str) -> bool:
    """Rows of digits, few different ones, and one half repeated are what people try first."""
    halves = pin[: len(pin) // 2], pin[len(pin) // 2 :]
    return pin in _RISING or pin in _FALLING or len(set(pin)) < _FEWEST_DIGITS or halves[0] == halves[1]
