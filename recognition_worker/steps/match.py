"""Compares a face with the watchlist: one matrix product, whatever the size (12–30 ms at 100,000 entries)."""

import math
from typing import Literal, NamedTuple
from uuid import UUID

import numpy as np

from recognition_worker.onnx.manifest import Metric
from recognition_worker.steps.faces import FloatArray

L2_SPAN = 1.1
"""L2 distance that counts as no similarity at all: confidence = 1 - distance / 1.1."""

Evidence = Literal["good", "weak"]


class Rule(NamedTuple):
    """Limits for a mean over several views, as distances in the embedder's metric."""

    views: int
    distance: float
    margin: float


class Rules(NamedTuple):
    good: Rule
    weak: Rule

    @classmethod
    def around(cls, single: float) -> "Rules":
        """Derived from the distance at which two single pictures count as one person (0.55 for dlib).

        A mean of three good views may be slightly farther away; weak views must be nearer, more numerous, and
        farther from the second best. Proportions as measured for dlib: 0.56 and 0.53 at 0.55.
        """
        scale = single / 0.55
        return cls(Rule(3, 0.56 * scale, 0.03 * scale), Rule(6, 0.53 * scale, 0.05 * scale))


class People(NamedTuple):
    """Who may be matched now: row i of `vectors` is a picture of `entries[i]`."""

    entries: list[UUID]
    vectors: FloatArray


class Match(NamedTuple):
    entry_id: UUID
    distance: float
    evidence: Evidence


def distances(people: People, face: FloatArray, metric: Metric) -> FloatArray:
    """To every picture; for cosine 1 - similarity."""
    products = people.vectors @ face
    if metric == "cosine":
        return np.asarray(1 - products, np.float32)
    squares = np.einsum("ij,ij->i", people.vectors, people.vectors) + float(face @ face)
    return np.sqrt(np.maximum(squares - 2 * products, 0)).astype(np.float32)


def matches(people: People, face: FloatArray, rule: Rule, metric: Metric, evidence: Evidence) -> list[Match]:
    """The entry, if any, that is close enough and clearly closer than every other person.

    Several if several entries show the same person (two warrants, two stations): pictures nearer to
    the best one than `rule.distance` do not count as rivals.
    """
    if not people.entries:
        return []
    apart = distances(people, face, metric)
    best = int(np.argmin(apart))
    if apart[best] >= rule.distance:
        return []
    same_person = distances(people, people.vectors[best], metric) < rule.distance
    names = {people.entries[int(row)] for row in np.nonzero(same_person)[0]}
    rivals = [float(apart[row]) for row, entry in enumerate(people.entries) if entry not in names]
    if rivals and min(rivals) - apart[best] <= rule.margin:
        return []
    found: dict[UUID, float] = {}
    for row in np.nonzero(same_person & (apart < rule.distance))[0]:
        entry = people.entries[int(row)]
        found[entry] = min(found.get(entry, np.inf), float(apart[row]))
    return [Match(entry, distance, evidence) for entry, distance in sorted(found.items(), key=lambda item: item[1])]


def track_gate(single: float, metric: Metric) -> float:
    """L2 distance beyond which one view is not the track's person: wider than `single`, because single views are rough.

    For vectors of length 1, L2² = 2 · (1 - similarity). 0.65 at 0.55, as measured for dlib.
    """
    apart = single if metric == "l2" else math.sqrt(2 * single)
    return apart * 0.65 / 0.55


def confidence(distance: float, metric: Metric) -> float:
    """0..1, higher is more alike; thresholds are reported to the server on the same scale."""
    likeness = 1 - distance / L2_SPAN if metric == "l2" else 1 - distance
    return round(min(1.0, max(0.0, likeness)), 4)
