"""Keeps the gallery in step with the server, by polling every few seconds."""

from threading import Event

import structlog

from recognition_worker.client import Client, NotModified, Refused, Unreachable
from recognition_worker.gallery import Gallery

log = structlog.get_logger()


class GalleryPoll:
    def __init__(self, client: Client, gallery: Gallery, model: str, every: float) -> None:
        """`model`: name@version of the embedder."""
        self._client, self._gallery, self._model, self._every = client, gallery, model, every
        self._etag: str | None = None
        self._trouble: str | None = None

    def run(self, stop: Event) -> None:
        while not stop.is_set():
            self.ask()
            stop.wait(self._every)

    def ask(self) -> None:
        """With no answer the gallery stays and expires by its own times; on a refusal it is emptied at once."""
        clock = self._client.clock
        etag = None if self._gallery.half_spent(clock.now()) else self._etag
        try:
            content, self._etag = self._client.gallery(self._model, etag)
        except NotModified as same:
            if same.valid_until is not None:
                self._gallery.renew(same.valid_until, clock.now())
            self._tell(None)
            return
        except Refused as refusal:
            if refusal.not_allowed or refusal.for_good:  # the server answers, but has no gallery for us
                self._gallery.clear()
                self._etag = None
            self._tell(str(refusal))
            return
        except Unreachable as error:
            self._tell(str(error))
            return
        unusable = self._gallery.load(content, clock.now())
        log.info("gallery_loaded", version=content.version, templates=len(content.entries), unusable=unusable)
        self._tell(None)

    def _tell(self, trouble: str | None) -> None:
        """Logs once per change, not every few seconds."""
        if trouble != self._trouble:
            self._trouble = trouble
            if trouble is None:
                log.info("gallery_answers")
            else:
                log.warning("gallery_unavailable", reason=trouble)
