"""dlib's face descriptor (ResNet with 29 convolutions), as face-api carries it. Weights: public domain."""

from pathlib import Path

from recognition_worker.onnx.convert import weights
from recognition_worker.onnx.convert.graph import Graph
from recognition_worker.onnx.convert.landmarks import MEAN_RGB
from recognition_worker.onnx.convert.weights import FloatArray

# (channels, plain blocks, name of the halving block before them)
STAGES = (
    (32, 3, None),
    (64, 3, "conv64_down"),
    (128, 2, "conv128_down"),
    (256, 2, "conv256_down"),
    (256, 0, "conv256_down_out"),
)
SIDE = 150


def dlib_resnet(packages: Path) -> bytes:
    """Input N,3,150,150: an aligned face; gives embedding N,128, not normalised, compared by L2 distance."""
    net = _Resnet(weights.read(packages, "face_recognition_model"))
    graph = net.graph
    layer = net.convolution(graph.normalise("input", MEAN_RGB, 256.0), "conv32_down", halve=True)
    layer = graph.op("MaxPool", layer, kernel_shape=[3, 3], strides=[2, 2])
    side, channels = _halved(_halved(SIDE, 7), 3), 32
    for wanted, blocks, down in STAGES:
        if down:
            layer = net.halving_block(layer, down, side, wanted - channels)
            side, channels = max(_halved(side, 3), side // 2), wanted
        for index in range(1, blocks + 1):
            layer = net.plain_block(layer, f"conv{wanted}_{index}")
    pooled = graph.op("Flatten", graph.op("GlobalAveragePool", layer))
    graph.op("MatMul", pooled, graph.constant(net.tensors["fc"]), name="embedding")
    return graph.serialise(
        "dlib_resnet",
        ["N", 3, SIDE, SIDE],
        {"embedding": ["N", 128]},
        "dlib_face_recognition_resnet_model_v1 (public domain), npm @vladmandic/face-api, MIT",
    )


class _Resnet:
    def __init__(self, tensors: dict[str, FloatArray]) -> None:
        self.tensors = tensors
        self.graph = Graph()

    def convolution(self, layer: str, name: str, halve: bool = False, relu: bool = True) -> str:
        """The affine layer behind each convolution is folded into it."""
        scale, shift = self.tensors[f"{name}/scale/weights"], self.tensors[f"{name}/scale/biases"]
        filters = self.tensors[f"{name}/conv/filters"] * scale
        bias = self.tensors[f"{name}/conv/bias"] * scale + shift
        if halve:
            out = self.graph.convolve(layer, filters, bias, stride=2, pad=0)
        else:
            out = self.graph.convolve(layer, filters, bias, pad=filters.shape[0] // 2)
        return self.graph.op("Relu", out) if relu else out

    def plain_block(self, layer: str, name: str) -> str:
        inner = self.convolution(layer, f"{name}/conv1")
        inner = self.convolution(inner, f"{name}/conv2", relu=False)
        return self.graph.op("Relu", self.graph.op("Add", inner, layer))

    def halving_block(self, layer: str, name: str, side: int, more_channels: int) -> str:
        """The shortcut is an average pool, padded with zero channels; sides may differ by one."""
        inner = self.convolution(layer, f"{name}/conv1", halve=True)
        inner = self.convolution(inner, f"{name}/conv2", relu=False)
        short = self.graph.op("AveragePool", layer, kernel_shape=[2, 2], strides=[2, 2])
        missing = side // 2 - _halved(side, 3)
        if missing > 0:
            inner = self.graph.op("Pad", inner, self.graph.ints(0, 0, 0, 0, 0, 0, missing, missing))
        if more_channels:
            short = self.graph.op("Pad", short, self.graph.ints(0, 0, 0, 0, 0, more_channels, 0, 0))
        return self.graph.op("Relu", self.graph.op("Add", short, inner))


def _halved(side: int, kernel: int) -> int:
    """A side after an unpadded kernel with stride 2."""
    return (side - kernel) // 2 + 1
