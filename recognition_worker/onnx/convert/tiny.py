"""TinyFaceDetector of face-api: a small YOLOv2 on separable convolutions. MIT."""

from pathlib import Path

from numpy import int64
from onnx import TensorProto

from recognition_worker.onnx.convert import weights
from recognition_worker.onnx.convert.graph import Graph

STRIDE = 32
MEAN_RGB = (117.001, 114.697, 97.404)
# Widths and heights in cells of 32 px, from face-api's source (tinyFaceDetector/const.ts).
ANCHORS = (
    (1.603231, 2.094468),
    (6.041143, 7.080126),
    (2.882459, 3.518061),
    (4.266906, 5.178857),
    (9.041765, 10.66308),
)


def tiny_face_detector(packages: Path) -> bytes:
    """Input N,3,H,W with H and W multiples of 32; gives boxes N,M,4 (x0 y0 x1 y1, px) and scores N,M."""
    tensors = weights.read(packages, "tiny_face_detector_model")
    graph = Graph()
    layer = graph.normalise("input", MEAN_RGB, 255.0)
    layer = _leaky(graph, graph.convolve(layer, tensors["conv0/filters"], tensors["conv0/bias"], pad=0))
    for index in range(1, 6):
        layer = _leaky(graph, graph.separable(_pool(graph, layer, 2), tensors, f"conv{index}"))
    raw = graph.convolve(_pool(graph, layer, 1), tensors["conv8/filters"], tensors["conv8/bias"])
    _decode(graph, raw)
    return graph.serialise(
        "tiny_face_detector",
        ["N", 3, "H", "W"],
        {"boxes": ["N", "M", 4], "scores": ["N", "M"]},
        "TinyFaceDetector, npm @vladmandic/face-api, MIT",
    )


def _leaky(graph: Graph, layer: str) -> str:
    return graph.op("LeakyRelu", layer, alpha=0.1)


def _pool(graph: Graph, layer: str, stride: int) -> str:
    return graph.op("MaxPool", layer, kernel_shape=[2, 2], strides=[stride, stride], auto_pad="SAME_UPPER")


def _decode(graph: Graph, raw: str) -> None:
    """25 channels per cell are 5 anchors × (x, y, w, h, score), before sigmoid and exp."""
    cells = graph.op("Transpose", raw, perm=[0, 2, 3, 1])
    shape = graph.op("Shape", cells)
    rows, columns = (_dimension(graph, shape, axis) for axis in (1, 2))
    split = graph.op("Concat", graph.ints(0), rows, columns, graph.ints(5, 5), axis=0)
    values = graph.op("Reshape", cells, split)
    x = _centre(graph, values, 0, _counting(graph, columns, (1, 1, -1, 1, 1)))
    y = _centre(graph, values, 1, _counting(graph, rows, (1, -1, 1, 1, 1)))
    half_w, half_h = (_half_side(graph, values, axis) for axis in (0, 1))
    corners = [graph.op("Sub", x, half_w), graph.op("Sub", y, half_h)]
    corners += [graph.op("Add", x, half_w), graph.op("Add", y, half_h)]
    graph.op("Reshape", graph.op("Concat", *corners, axis=4), graph.ints(0, -1, 4), name="boxes")
    score = graph.op("Sigmoid", _part(graph, values, 4))
    graph.op("Reshape", score, graph.ints(0, -1), name="scores")


def _dimension(graph: Graph, shape: str, axis: int) -> str:
    return graph.op("Slice", shape, graph.ints(axis), graph.ints(axis + 1), graph.ints(0))


def _part(graph: Graph, values: str, index: int) -> str:
    return graph.op("Slice", values, graph.ints(index), graph.ints(index + 1), graph.ints(4))


def _counting(graph: Graph, length: str, shape: tuple[int, ...]) -> str:
    start, step = graph.constant(0, int64), graph.constant(1, int64)
    numbers = graph.op("Range", start, graph.op("Squeeze", length, graph.ints(0)), step)
    return graph.op("Reshape", graph.op("Cast", numbers, to=TensorProto.FLOAT), graph.ints(*shape))


def _centre(graph: Graph, values: str, index: int, cell: str) -> str:
    inside = graph.op("Add", graph.op("Sigmoid", _part(graph, values, index)), cell)
    return graph.op("Mul", inside, graph.constant(float(STRIDE)))


def _half_side(graph: Graph, values: str, axis: int) -> str:
    anchors = [[[[[anchor[axis] * STRIDE / 2] for anchor in ANCHORS]]]]
    return graph.op("Mul", graph.op("Exp", _part(graph, values, 2 + axis)), graph.constant(anchors))
