"""The loop that seals the audit once a minute; without its key or the authority it says so and tries again."""

import asyncio

import structlog

from api.db.pool import Database
from api.services.audit import timestamps, tree
from api.services.audit.anchors import Anchors
from api.services.audit.notes import BadNote, Signer, signer_from
from api.services.audit.timestamps import NoTimestamp
from api.settings import Settings

_SECONDS = 60
_log = structlog.get_logger()


class Sealing:
    def __init__(self, db: Database, settings: Settings) -> None:
        self._db, self._settings = db, settings
        self._anchors = Anchors(settings.home)
        self._signer: Signer | None = None

    async def run(self) -> None:
        while True:
            await self.once()
            await asyncio.sleep(_SECONDS)

    async def once(self) -> None:
        file = self._settings.audit_key_file
        try:
            self._signer = self._signer or await asyncio.to_thread(signer_from, file)
            await tree.seal_all(self._db, self._signer, self._anchors, self._db.now())
        except BadNote as error:
            _log.error("the audit is not sealed", why=str(error))
        except OSError as error:
            if error.filename is None:  # the database
                raise
            _log.error("the audit is not sealed: its key or its newest heads cannot be kept", why=str(error))
        if self._settings.timestamp_url:
            try:
                await timestamps.stamp_all(self._db, self._settings.timestamp_url, self._db.now())
            except NoTimestamp as error:
                _log.warning("no time-stamp for the audit", why=str(error))
