"""Embeds an aligned face as a vector close to those of other pictures of the same person."""

import numpy as np

from recognition_worker.onnx.manifest import Model
from recognition_worker.onnx.session import Session, as_input
from recognition_worker.steps.align import align
from recognition_worker.steps.faces import FloatArray, Image, Points


class Embedder:
    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def model(self) -> Model:
        return self._session.model

    def chip(self, frame: Image, points: Points) -> Image:
        return align(frame, points, self.model.align, self.model.input.width)

    def __call__(self, chip: Image, mirrored: bool = False) -> FloatArray:
        """One vector; `mirrored` averages in the mirror image, for pictures processed only once."""
        images = as_input(chip, self.model)
        if mirrored:
            images = np.concatenate([images, images[:, :, :, ::-1]])
        return postprocess(self._session.run(images)[0], self.model)


def postprocess(vectors: FloatArray, model: Model) -> FloatArray:
    """Their mean; of length 1 if the model is compared by angle."""
    mean = vectors.mean(axis=0)
    if model.metric == "cosine":
        mean = mean / max(float(np.linalg.norm(mean)), 1e-9)
    return mean.astype(np.float32)
