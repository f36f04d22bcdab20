"""Where a call comes from: its network address, and the browser and system that it names."""

from typing import Any

import ua_parser
from litestar import Request

from api.routes.http.addresses import address
from api.services.access.sessions import Whence

_LONGEST = 100
ua_parser.parse("")  # compiles its patterns, which takes a tenth of a second: not while somebody signs in


def whence(request: Request[Any, Any, Any]) -> Whence:
    return Whence(address(request), _device(request.headers.get("user-agent", "")))


def _device(user_agent: str) -> str | None:
    """Such as "Chrome Mobile 131, Android 14, Samsung SM-A156E"."""
    seen = ua_parser.parse(user_agent[:512])
    browser = seen.user_agent and " ".join(filter(None, (seen.user_agent.family, seen.user_agent.major)))
    system = seen.os and " ".join(filter(None, (seen.os.family, seen.os.major)))
    named = [each for each in (browser, system, seen.device and seen.device.family) if each]
    return ", ".join(named)[:_LONGEST] or None
