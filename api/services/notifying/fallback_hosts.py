"""Where a fall-back message may go: known kinds of services, at hosts the server's operator has named."""

from typing import Any

import apprise

from api.domain.errors import Invalid

_SERVICES = frozenset(
    {
        *("bulksms", "burstsms", "clickatell", "clicksend", "d7sms", "discord", "gotify", "gotifys", "json", "jsons"),
        *("line", "mattermost", "messagebird", "mmost", "mmosts", "msteams", "nexmo", "ntfy", "ntfys", "plivo"),
        *("pover", "pushover", "rocket", "rockets", "signal", "signals", "sinch", "slack", "smseagle", "smseagles"),
        *("tgram", "twilio", "vonage", "webex", "whatsapp", "workflows", "wxteams"),
    }
)
"""Kinds of addresses that Apprise sends to by HTTP, one request a message: no mail, no queues, no shells."""

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


TO = "{to}"
"""Where an address has this, it takes the number of whoever is written to."""


def addressed(url: str, number: str) -> str:
    """`number`: as `conflict.digits` writes it; a Thai one gets the country's code, as gateways want it."""
    return url.replace(TO, f"66{number[1:]}" if number.startswith("0") else number)


def check(url: str, allowed: tuple[str, ...]) -> None:
    """Raises Invalid for an address that may not be called. `allowed`: `host[:port]`; plain http and loopback only for
    these."""
    scheme = url.split("://", 1)[0].lower()
    service: Any = apprise.Apprise.instantiate(url) if scheme in _SERVICES else None  # pyright: ignore[reportUnknownMemberType]
    if service is None:
        raise Invalid("url", "not an address of a known service, such as ntfys://host/topic or jsons://host/path")
    if str(getattr(service, "method", "POST") or "POST").upper() not in {"POST", "SMS"}:
        raise Invalid("url", "messages are sent by POST alone")
    if service.verify_certificate is False:
        raise Invalid("url", "the certificate must be verified: leave `verify` away")
    if not _names_host(service):
        return
    host, port = str(service.host or "").lower(), service.port
    named = {name.lower() for name in allowed}
    if host not in named and f"{host}:{port}" not in named:
        raise Invalid("url", "this host is not in SIPHA_FALLBACK_HOSTS")
    if not service.secure and host not in _LOOPBACK:
        raise Invalid("url", "only encrypted: jsons, ntfys, …")


def _names_host(service: Any) -> bool:
    """Services of one company have their own address; the others go wherever the URL says."""
    return "host" in service.template_tokens and getattr(service, "mode", None) != "cloud"
