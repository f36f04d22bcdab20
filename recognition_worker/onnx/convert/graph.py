"""Writes ONNX graphs from TensorFlow-shaped weights. Tensors are N, channel, height, width, RGB, 0..255."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from onnx import ModelProto, NodeProto, TensorProto, checker, helper, numpy_helper

from recognition_worker.onnx.convert.weights import FloatArray

OPSET, IR_VERSION = 13, 8
Shape = Sequence[int | str]


class Graph:
    """Grows node by node; every operation returns the name of its output."""

    def __init__(self) -> None:
        self._nodes: list[NodeProto] = []
        self._constants: list[TensorProto] = []

    def op(self, kind: str, *inputs: str, name: str | None = None, **attributes: Any) -> str:
        output = name or f"v{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def constant(self, values: ArrayLike, dtype: type[np.generic] = np.float32) -> str:
        name = f"c{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values, dtype), name))
        return name

    def ints(self, *values: int) -> str:
        return self.constant(values, np.int64)

    def normalise(self, source: str, mean: Sequence[float], divisor: float) -> str:
        centred = self.op("Sub", source, self.constant(np.reshape(mean, (1, 3, 1, 1))))
        return self.op("Mul", centred, self.constant(1.0 / divisor))

    def convolve(
        self, source: str, filters: FloatArray, bias: FloatArray, stride: int = 1, pad: int | None = None
    ) -> str:
        """`filters` height, width, in, out. Without `pad`: TensorFlow's SAME."""
        return self._convolve(source, filters.transpose(3, 2, 0, 1), bias, stride, pad, groups=1)

    def separable(self, source: str, weights: dict[str, FloatArray], prefix: str, stride: int = 1) -> str:
        """Depthwise, then pointwise, with nothing in between."""
        depthwise = weights[f"{prefix}/depthwise_filter"].transpose(2, 3, 0, 1)
        spread = self._convolve(source, depthwise, None, stride, None, groups=len(depthwise))
        return self.convolve(spread, weights[f"{prefix}/pointwise_filter"], weights[f"{prefix}/bias"])

    def _convolve(
        self, source: str, filters: FloatArray, bias: FloatArray | None, stride: int, pad: int | None, groups: int
    ) -> str:
        side = filters.shape[2]
        inputs = [source, self.constant(filters)] + ([] if bias is None else [self.constant(bias)])
        shape: dict[str, Any] = {"kernel_shape": [side, side], "strides": [stride, stride], "group": groups}
        if pad is None and stride > 1:  # TensorFlow then pads more at the end than at the start
            return self.op("Conv", *inputs, auto_pad="SAME_UPPER", **shape)
        margin = (side - 1) // 2 if pad is None else pad
        return self.op("Conv", *inputs, pads=[margin] * 4, **shape)

    def serialise(self, name: str, shape: Shape, outputs: dict[str, Shape], about: str) -> bytes:
        graph = helper.make_graph(
            self._nodes,
            name,
            [helper.make_tensor_value_info("input", TensorProto.FLOAT, shape)],
            [helper.make_tensor_value_info(key, TensorProto.FLOAT, value) for key, value in outputs.items()],
            self._constants,
            doc_string=about,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="sipha")
        model.ir_version = IR_VERSION
        return checked(model)


def checked(model: ModelProto) -> bytes:
    """The file's bytes, deterministic; raises `onnx.checker.ValidationError`."""
    checker.check_model(model, full_check=True)
    return model.SerializeToString(deterministic=True)
