"""`Accept-Encoding`: which encodings the caller accepts."""

from collections.abc import Sequence


def best(accepted: str, offered: Sequence[str]) -> str | None:
    """The caller's preferred one of `offered` (best first); None: send it unencoded (RFC 9110, 12.5.3)."""
    likings = dict(_likings(accepted))
    liked = {encoding: likings.get(encoding, likings.get("*", 0.0)) for encoding in offered}
    most = max(liked.values(), default=0.0)
    return next((encoding for encoding in offered if liked[encoding] == most > 0), None)


def _likings(accepted: str) -> list[tuple[str, float]]:
    return [(name.strip().lower(), _weight(rest)) for name, _, rest in (p.partition(";") for p in accepted.split(","))]


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
