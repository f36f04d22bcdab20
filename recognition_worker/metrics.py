"""`/metrics` for Prometheus: figures and ids only, nothing about what was seen."""

from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from recognition_worker.clock import Clock
from recognition_worker.gallery import Gallery
from recognition_worker.spool.outbox import OUTCOMES, Outbox
from recognition_worker.status import StatusBoard

_PREFIX = "sipha_worker_"


class Figures(Collector):
    """Computed on every request."""

    def __init__(self, status: StatusBoard, outbox: Outbox, gallery: Gallery, clock: Clock) -> None:
        self._status, self._outbox, self._gallery, self._clock = status, outbox, gallery, clock

    def collect(self) -> Iterable[Metric]:
        yield from self._cameras()
        yield from self._alerts()
        yield from self._times()

    def _cameras(self) -> Iterable[Metric]:
        looks = GaugeMetricFamily(_PREFIX + "looks_per_second", "Frames looked at, lately", labels=["camera"])
        faces = CounterMetricFamily(_PREFIX + "faces_scanned", "Faces that came into the picture", labels=["camera"])
        state = GaugeMetricFamily(_PREFIX + "camera_state", "1 for its current state", labels=["camera", "state"])
        for camera in self._status.figures():
            name = str(camera.camera_id)
            looks.add_metric([name], camera.looks_per_second)
            faces.add_metric([name], camera.faces)
            state.add_metric([name, camera.state], 1)
        return looks, faces, state

    def _alerts(self) -> Iterable[Metric]:
        outcomes = CounterMetricFamily(_PREFIX + "alerts", "Alerts by outcome", labels=["outcome"])
        for outcome in OUTCOMES:
            outcomes.add_metric([outcome], self._outbox.outcomes[outcome])
        depth = self._outbox.depth()
        kept = GaugeMetricFamily(_PREFIX + "spool_alerts", "Alerts that the server does not have", labels=["where"])
        for where, number in (("disk", depth.waiting), ("held", depth.held), ("memory", self._outbox.in_memory())):
            kept.add_metric([where], number)
        size = GaugeMetricFamily(_PREFIX + "spool_bytes", "What they take on disk", depth.bytes)
        failed = any(trouble.kind == "spool_failed" for trouble in self._outbox.troubles())
        broken = GaugeMetricFamily(_PREFIX + "spool_failed", "1 while the disk cannot be written", failed)
        return outcomes, kept, size, broken

    def _times(self) -> Iterable[Metric]:
        now = self._clock.now()
        templates = len(self._gallery.people(now).entries)
        yield GaugeMetricFamily(_PREFIX + "gallery_templates", "Templates currently matched against", templates)
        age = self._gallery.age(now)
        if age is not None:
            yield GaugeMetricFamily(_PREFIX + "gallery_age_seconds", "Since the server last confirmed it", age)
        if self._clock.sure:
            ahead = self._clock.ahead().total_seconds()
            yield GaugeMetricFamily(_PREFIX + "clock_ahead_seconds", "Of the server's; negative: behind", ahead)


def serve(figures: Figures, host: str, port: int) -> Callable[[], None]:
    """Returns the stop function. Raises `OSError` if the port is taken."""
    registry = CollectorRegistry()
    registry.register(figures)
    server, thread = start_http_server(port, host, registry)

    def close() -> None:
        server.shutdown()
        server.server_close()
        thread.join()

    return close
