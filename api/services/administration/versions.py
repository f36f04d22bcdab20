"""A change of something that two people may be changing: it counts only if it was made from the present version."""

from collections.abc import Mapping
from typing import Protocol, TypeVar

import msgspec

from api.domain.errors import Changed

Facts = TypeVar("Facts", bound=msgspec.Struct)


class Versioned(Protocol):
    @property
    def version(self) -> int: ...


def amended(present: Versioned, facts: Facts, changes: Mapping[str, object], version: int) -> Facts:
    """The `facts` of what is `present`, some of them replaced. Raises Changed unless `version` is the present one."""
    if present.version != version:
        raise Changed(present=present)
    return msgspec.structs.replace(facts, **changes)
