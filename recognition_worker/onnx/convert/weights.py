"""Reads tfjs weight files: a JSON manifest beside one or more binary shards, usually quantised to bytes."""

from math import prod
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
FACE_API = Path("npm/node_modules/@vladmandic/face-api")


class WeightsError(ValueError):
    """The shards and their manifest do not belong together."""


class Quantization(msgspec.Struct, frozen=True):
    """A stored byte `q` stands for `q * scale + min`."""

    dtype: str
    scale: float
    min: float


class Weight(msgspec.Struct, frozen=True):
    name: str
    shape: list[int]
    dtype: str
    quantization: Quantization | None = None


class Group(msgspec.Struct, frozen=True):
    paths: list[str]
    weights: list[Weight]


def read(packages: Path, network: str) -> dict[str, FloatArray]:
    """All tensors of one network by name, in tfjs layout (filters are height, width, in, out)."""
    folder = packages / FACE_API / "model"
    groups = msgspec.json.decode((folder / f"{network}-weights_manifest.json").read_bytes(), type=list[Group])
    tensors: dict[str, FloatArray] = {}
    for group in groups:
        shard = b"".join((folder / path).read_bytes() for path in group.paths)
        offset = 0
        for weight in group.weights:
            tensors[weight.name], offset = _tensor(weight, shard, offset)
        if offset != len(shard):
            raise WeightsError(f"{network}: {len(shard) - offset} bytes left over")
    return tensors


def _tensor(weight: Weight, shard: bytes, offset: int) -> tuple[FloatArray, int]:
    packed = weight.quantization
    stored = np.dtype(packed.dtype if packed else weight.dtype).newbyteorder("<")
    count = prod(weight.shape)
    if offset + count * stored.itemsize > len(shard):
        raise WeightsError(f"{weight.name}: the file ends too early")
    values = np.frombuffer(shard, stored, count, offset)
    if packed:
        values = values.astype(np.float64) * packed.scale + packed.min
    return values.astype(np.float32).reshape(weight.shape), offset + count * stored.itemsize
