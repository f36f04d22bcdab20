"""face-api's 68 points: four dense blocks of separable convolutions and one linear layer. MIT."""

from pathlib import Path

from recognition_worker.onnx.convert import weights
from recognition_worker.onnx.convert.graph import Graph

MEAN_RGB = (122.782, 117.001, 104.298)
LAST_SIDE = 7  # 112 px after four halvings


def face_landmarks(packages: Path) -> bytes:
    """Input N,3,112,112: a square around the face; gives points N,68,2 as shares of its side."""
    tensors = weights.read(packages, "face_landmark_68_model")
    graph = Graph()
    layer = graph.normalise("input", MEAN_RGB, 255.0)
    for block in range(4):
        layer = _dense_block(graph, tensors, f"dense{block}", layer, first=block == 0)
    pooled = graph.op("AveragePool", layer, kernel_shape=[LAST_SIDE, LAST_SIDE], strides=[2, 2])
    flat = graph.op("MatMul", graph.op("Flatten", pooled), graph.constant(tensors["fc/weights"]))
    points = graph.op("Add", flat, graph.constant(tensors["fc/bias"]))
    graph.op("Reshape", points, graph.ints(0, 68, 2), name="points")
    return graph.serialise(
        "face_landmark_68",
        ["N", 3, 112, 112],
        {"points": ["N", 68, 2]},
        "68 face landmarks, npm @vladmandic/face-api, MIT",
    )


def _dense_block(graph: Graph, tensors: dict[str, weights.FloatArray], block: str, layer: str, first: bool) -> str:
    """Halves the sides; each further convolution sees the sum of all before it."""
    if first:
        filters, bias = tensors[f"{block}/conv0/filters"], tensors[f"{block}/conv0/bias"]
        opened = graph.convolve(layer, filters, bias, stride=2)
    else:
        opened = graph.separable(layer, tensors, f"{block}/conv0", stride=2)
    opened = graph.op("Relu", opened)
    total = graph.op("Add", opened, graph.separable(opened, tensors, f"{block}/conv1"))
    for index in (2, 3):
        step = graph.separable(graph.op("Relu", total), tensors, f"{block}/conv{index}")
        total = graph.op("Add", total, step)
    return graph.op("Relu", total)
