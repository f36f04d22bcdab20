"""Which PostgreSQL a command works on: the one configured, else that of the demo running from SIPHA_HOME."""

import contextlib
from collections.abc import Iterator

import msgspec

from api.settings import Settings, SettingsError


def with_database(settings: Settings, role: str) -> Settings:
    """The configured PostgreSQL, else that of the demo running from SIPHA_HOME, signed in as `role`."""
    from api.demo.cluster import ClusterError, running_url

    if settings.database_url:
        return settings
    try:
        url = running_url(settings.home, role)
    except (ClusterError, OSError):
        url = None
    if url is None:
        raise SettingsError(
            f"no database: SIPHA_DATABASE_URL is not set, and no demo runs from {settings.home} (SIPHA_HOME)"
        )
    return msgspec.structs.replace(settings, database_url=url)


@contextlib.contextmanager
def administrator(settings: Settings) -> Iterator[str]:
    """The URL in SIPHA_DATABASE_URL, else that of the demo in SIPHA_HOME."""
    from api.demo.cluster import ClusterError, beside

    try:
        with contextlib.nullcontext(settings.database_url) if settings.database_url else beside(settings.home) as url:
            yield url
    except (ClusterError, OSError) as error:
        raise SettingsError(str(error)) from None
