"""Limits what Apprise's libraries may connect to: nothing private unless listed, and no redirects.

The address is checked when the connection is made, after name resolution, so that a name which resolves to
something else the second time (DNS rebinding) gains nothing.
"""

import ipaddress
import socket
from collections.abc import Callable, Iterator
from typing import Any

import requests
import urllib3.connection
import urllib3.util.connection

_connect: Callable[..., socket.socket] = urllib3.util.connection.create_connection


class Confined(OSError):
    """The address is not allowed."""


def confine(allowed: tuple[str, ...]) -> None:
    """Applies to the whole process. `allowed`: `host[:port]` entries that may be private."""
    named = {name.lower() for name in allowed}

    def confined(address: tuple[str, int], *arguments: Any, **more: Any) -> socket.socket:
        host, port = address
        return _connect((_public(host, port, named), port), *arguments, **more)

    urllib3.util.connection.create_connection = confined
    requests.Session.resolve_redirects = _nowhere  # type: ignore[method-assign]


def _public(host: str, port: int, named: set[str]) -> str:
    """One of the host's allowed addresses."""
    listed = host.lower() in named or f"{host.lower()}:{port}" in named
    for *_, found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        address = str(found[0])
        if listed or ipaddress.ip_address(address.split("%", maxsplit=1)[0]).is_global:
            return address
    raise Confined(f"{host} has no address that may be called")


def _nowhere(*_: Any, **__: Any) -> Iterator[requests.Response]:
    return iter(())
