"""A position in words, for who has to find it: the street, and how far from what everybody knows."""

import msgspec

_STREET_M = 150.0
_MARK_M = 1_500.0
Known = tuple[str, str | None, float]
"""A name, the English one if there is one, and the metres to it."""


class Words(msgspec.Struct, frozen=True):
    th: str
    en: str


def worded(street: Known | None, mark: Known | None) -> Words | None:
    """None if neither is near enough to help."""
    on = street if street is not None and street[2] <= _STREET_M else None
    by = mark if mark is not None and mark[2] <= _MARK_M and (on is None or mark[0] != on[0]) else None
    if by is None:
        return None if on is None else Words(on[0], on[1] or on[0])
    metres = rounded(by[2])
    if on is None:
        return Words(f"ห่างจาก{by[0]} {metres} ม.", f"{metres} m from {by[1] or by[0]}")
    return Words(f"{on[0]} ห่างจาก{by[0]} {metres} ม.", f"{on[1] or on[0]}, {metres} m from {by[1] or by[0]}")


def rounded(metres: float) -> int:
    """To ten metres up to 200, then to fifty: a position is no better known."""
    step = 10 if metres < 200 else 50
    return max(step, round(metres / step) * step)
