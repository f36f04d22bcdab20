"""Problems worth reporting although the worker keeps running."""

from typing import NamedTuple


class Trouble(NamedTuple):
    """`kind` stays the same while it lasts; `words` may carry figures that change."""

    kind: str
    words: str
