"""All configuration, read once from the environment. An invalid value stops start-up with one line."""

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from api.domain.incidents.sla import TARGET_SECONDS

ROOT = Path(__file__).resolve().parents[1]

WELL_KNOWN_PUSH_HOSTS = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "web.push.apple.com",
    ".notify.windows.com",
    ".push.apple.com",
)
"""Push services of common browsers; a leading dot matches every host under that name."""


class SettingsError(Exception):
    """One sentence saying which variable is wrong and what it should look like."""


class Settings(msgspec.Struct, frozen=True):
    """`target_seconds` is the default from received to first arrival; stations and priorities override it."""

    database_url: str
    home: Path
    host: str = "127.0.0.1"
    port: int = 8015
    public_url: str = "http://127.0.0.1:8015"
    push_hosts: tuple[str, ...] = ()
    fallback_hosts: tuple[str, ...] = ()
    target_seconds: int = TARGET_SECONDS
    demo: bool = False
    demo_patrols: int = 1
    demo_key: str | None = None
    metrics_token: str | None = None
    push_contact: str = "mailto:admin@example.org"
    pwa: Path = ROOT / "pwa" / "dist"
    log_level: str = "info"
    audit_key: Path | None = None
    timestamp_url: str = ""
    serve_connections: int = 20
    jobs_connections: int = 40

    @property
    def audit_key_file(self) -> Path:
        """The private key that signs the audit's heads; its public half is beside it, as `.pub`."""
        return self.audit_key or self.home / "audit.key"

    @property
    def secure(self) -> bool:
        """Behind https the cookie is `Secure` and bound to the host."""
        return self.public_url.startswith("https://")


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    url = environment.get("SIPHA_DATABASE_URL", "")
    if url and urlsplit(url).scheme not in {"postgres", "postgresql"}:
        # pragma: allowlist nextline secret
        raise SettingsError("SIPHA_DATABASE_URL must look like postgresql://user:password@host:port/database")
    host, port = environment.get("HOST", "127.0.0.1"), _whole("PORT", environment, 8015, 1, 65535)
    public = environment.get("SIPHA_PUBLIC_URL", f"http://{host}:{port}").rstrip("/")
    if urlsplit(public).scheme not in {"http", "https"} or not urlsplit(public).netloc:
        raise SettingsError("SIPHA_PUBLIC_URL must be the address people use, such as https://sipha.example.org")
    return Settings(
        database_url=url,
        home=Path(environment.get("SIPHA_HOME") or ROOT / ".sipha").absolute(),
        host=host,
        port=port,
        public_url=public,
        push_hosts=_names("SIPHA_PUSH_HOSTS", environment),
        fallback_hosts=_names("SIPHA_FALLBACK_HOSTS", environment),
        target_seconds=60 * _whole("SIPHA_TARGET_MINUTES", environment, 15, 1, 24 * 60),
        demo=environment.get("SIPHA_DEMO", "") == "1",
        demo_patrols=_whole("SIPHA_DEMO_PATROLS", environment, 1, 0, 1000),
        demo_key=environment.get("SIPHA_DEMO_KEY") or None,
        metrics_token=environment.get("SIPHA_METRICS_TOKEN") or None,
        push_contact=environment.get("SIPHA_PUSH_CONTACT", "mailto:admin@example.org"),
        pwa=Path(environment.get("SIPHA_PWA") or ROOT / "pwa" / "dist"),
        audit_key=Path(environment["SIPHA_AUDIT_KEY"]).absolute() if environment.get("SIPHA_AUDIT_KEY") else None,
        timestamp_url=_address("SIPHA_TIMESTAMP_URL", environment),
        log_level=environment.get("SIPHA_LOG_LEVEL", "info"),
        serve_connections=_whole("SIPHA_SERVE_CONNECTIONS", environment, 20, 4, 1000),
        jobs_connections=_whole("SIPHA_JOBS_CONNECTIONS", environment, 40, 8, 1000),
    )


def _address(name: str, environment: Mapping[str, str]) -> str:
    text = environment.get(name, "")
    if text and (urlsplit(text).scheme not in {"http", "https"} or not urlsplit(text).netloc):
        raise SettingsError(f"{name} must be an address that begins with https:// or http://, not {text!r}")
    return text


def _names(name: str, environment: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(part.strip() for part in environment.get(name, "").split(",") if part.strip())


def _whole(name: str, environment: Mapping[str, str], default: int, low: int, high: int) -> int:
    text = environment.get(name, "")
    if not text:
        return default
    if not text.lstrip("-").isdigit() or not low <= int(text) <= high:
        raise SettingsError(f"{name} must be a whole number from {low} to {high}, not {text!r}")
    return int(text)
