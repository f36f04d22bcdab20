"""A loaded model. One ONNX Runtime session is shared by all cameras: `run` may be called from any thread."""

from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from recognition_worker.onnx.manifest import Model
from recognition_worker.onnx.store import Store

FloatArray = NDArray[np.float32]
Image = NDArray[np.uint8]
"""Height, width, 3; blue, green, red, as OpenCV has it."""


class Session:
    """Raises `ModelMissing` or `ModelTampered` when loading, never later."""

    def __init__(self, store: Store, model: Model, threads: int = 1) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        self.model = model
        self._session: Any = ort.InferenceSession(store.read(model), options, providers=["CPUExecutionProvider"])

    def run(self, images: FloatArray) -> list[FloatArray]:
        """`images` N,3,H,W in the model's own colour order; outputs in the manifest's order."""
        return self._session.run(self.model.outputs, {self.model.input.name: images})


def as_input(image: Image, model: Model) -> FloatArray:
    """One picture as 1,3,H,W float32 0..255, colours in the order the model was trained with."""
    ordered = image[:, :, ::-1] if model.input.colour == "rgb" else image
    return np.ascontiguousarray(ordered.transpose(2, 0, 1)[None], np.float32)
