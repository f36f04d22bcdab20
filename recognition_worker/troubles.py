"""What people should hear of although the worker goes on."""

from typing import NamedTuple


class Trouble(NamedTuple):
    """`kind` stays the same while it lasts; `words` may carry figures that change."""

    kind: str
    words: str
