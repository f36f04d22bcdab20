"""The models of one worker, loaded once and shared by every camera."""

from typing import NamedTuple, Self

from recognition_worker.onnx.manifest import Manifest
from recognition_worker.onnx.session import Session
from recognition_worker.onnx.store import Store
from recognition_worker.settings import Models
from recognition_worker.steps import quality
from recognition_worker.steps.detect import Detector
from recognition_worker.steps.embed import Embedder
from recognition_worker.steps.faces import Detection, Image
from recognition_worker.steps.landmarks import Landmarks
from recognition_worker.steps.match import Rules, confidence
from recognition_worker.steps.track import View
from recognition_worker.wire import ModelUsed


class Engine(NamedTuple):
    detector: Detector
    landmarks: Landmarks
    embedder: Embedder
    rules: Rules
    single_distance: float
    """Distance at which two single pictures count as one person."""

    @classmethod
    def load(cls, manifest: Manifest, store: Store, chosen: Models, detector: str | None = None) -> Self:
        """Raises `ManifestError`, `ModelMissing` or `ModelTampered`."""
        found = manifest.find(detector or chosen.detector, "detector")
        width = chosen.detector_width if detector is None else None
        embedder = Embedder(Session(store, manifest.find(chosen.embedder, "embedder"), chosen.threads))
        single = embedder.model.threshold if chosen.distance is None else chosen.distance
        return cls(
            Detector(Session(store, found, chosen.threads), chosen.detector_threshold, width),
            Landmarks(Session(store, manifest.find(chosen.landmarks, "landmarks"), chosen.threads)),
            embedder,
            Rules.around(single),
            single,
        )

    def look(self, frame: Image, detection: Detection) -> View:
        """The face as a vector, with the quality of this view."""
        points = self.landmarks(frame, detection.box)
        chip = self.embedder.chip(frame, points)
        return View(self.embedder(chip), quality.measure(chip, points, detection))

    def used(self, distance: float) -> ModelUsed:
        """For the server: the model and the threshold applied, on the scale of confidence."""
        model = self.embedder.model
        return ModelUsed(model.name, model.version, confidence(distance, model.metric))
