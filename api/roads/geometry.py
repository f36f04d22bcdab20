"""Between WGS 84 degrees and EPSG:3857, and lengths on the sphere; every function takes whole arrays."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from api.roads.eta import EARTH_M

MERCATOR_M = 6_378_137.0
"""Radius of EPSG:3857."""
_BLOCK = 1 << 20

Floats = NDArray[np.float64]


def to_mercator(lon: ArrayLike, lat: ArrayLike) -> Floats:
    """Metres of EPSG:3857, shape (places, 2)."""
    x = MERCATOR_M * np.radians(np.asarray(lon, dtype=float))
    y = MERCATOR_M * np.log(np.tan(np.pi / 4 + np.radians(np.clip(np.asarray(lat, dtype=float), -89, 89)) / 2))
    return np.stack([x, y], axis=-1)


def to_degrees(xy: Floats) -> Floats:
    """Longitude and latitude, shape (places, 2)."""
    lat = 2 * np.arctan(np.exp(xy[..., 1] / MERCATOR_M)) - np.pi / 2
    return np.degrees(np.stack([xy[..., 0] / MERCATOR_M, lat], axis=-1))


def true_scale(y: ArrayLike) -> Floats:
    """Ground length of one EPSG:3857 metre at this y coordinate."""
    return 1 / np.cosh(np.asarray(y, dtype=float) / MERCATOR_M)


def steps_m(lon: NDArray[np.int32], lat: NDArray[np.int32]) -> NDArray[np.float32]:
    """Metres from each place to the next, places in 1e-7 degrees; steps are short, so each uses a local plane."""
    metres = np.zeros(max(len(lon) - 1, 0), dtype=np.float32)
    unit = np.radians(1e-7) * EARTH_M
    for begin in range(0, len(metres), _BLOCK):
        end = min(begin + _BLOCK, len(metres))
        x, y = lon[begin : end + 1].astype(float), lat[begin : end + 1].astype(float)
        middle = np.radians((y[1:] + y[:-1]) * 5e-8)
        metres[begin:end] = unit * np.hypot(np.diff(x) * np.cos(middle), np.diff(y))
    return metres


def along_curve(lon: NDArray[np.int32], lat: NDArray[np.int32]) -> NDArray[np.uint64]:
    """Z-order numbers for places in 1e-7 degrees: places with close numbers lie close together."""

    def spread(value: NDArray[np.uint64]) -> NDArray[np.uint64]:
        for shift, mask in ((16, 0x0000FFFF0000FFFF), (8, 0x00FF00FF00FF00FF), (4, 0x0F0F0F0F0F0F0F0F),
                            (2, 0x3333333333333333), (1, 0x5555555555555555)):  # fmt: skip
            value = (value | (value << np.uint64(shift))) & np.uint64(mask)
        return value

    x, y = ((axis.astype(np.int64) + 2**31).astype(np.uint64) for axis in (lon, lat))
    return spread(x) | (spread(y) << np.uint64(1))
