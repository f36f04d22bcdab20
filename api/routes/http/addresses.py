"""The caller's network address, by which rate limits, sign-in delays and flags count."""

import ipaddress
from typing import Any

import structlog
from litestar import Request

_log = structlog.get_logger()
_UNKNOWN = "0.0.0.0"  # noqa: S104 - an address, not a bind
_PRIVATE = [
    ipaddress.ip_network(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7", "fe80::/10")
]
_told: set[str] = set()


def address(request: Request[Any, Any, Any]) -> str:
    """The caller's IPv4 address, or the IPv6 /64 that a subscriber gets. Behind a proxy that FORWARDED_ALLOW_IPS
    names, the server has already put the caller's address there.

    A private peer that forwards for others without being listed is a proxy, or a container bridge, that somebody
    forgot to list: callers must not all share its address, so the last address it forwards is used instead.
    """
    peer = request.client.host if request.client else _UNKNOWN
    forwarded = request.headers.get("x-forwarded-for", "").rsplit(",", 1)[-1].strip()
    if forwarded and _is_private(peer):
        if peer not in _told:
            _told.add(peer)
            _log.warning("a proxy is not named in FORWARDED_ALLOW_IPS", address=peer)
        return _network(forwarded) or _network(peer) or _UNKNOWN
    return _network(peer) or _UNKNOWN


def _is_private(peer: str) -> bool:
    try:
        known = ipaddress.ip_address(peer)
    except ValueError:
        return False
    return any(known in network for network in _PRIVATE if network.version == known.version)


def _network(text: str) -> str | None:
    try:
        known = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(known, ipaddress.IPv6Address):
        if known.ipv4_mapped is not None:
            return str(known.ipv4_mapped)
        return str(ipaddress.ip_network((known, 64), strict=False).network_address)
    return str(known)
