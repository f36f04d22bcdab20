from uuid import UUID

import msgspec

from api.db import bindings


class ResponseRow(msgspec.Struct, frozen=True):
    """Each stage is [p50, p90, p95] in seconds, None where nothing was measured; `eta_error` is [p50, p90] of how far
    the `predicted` rides by road missed their prediction."""

    group: str
    incidents: int
    arrived: int
    without_arrival: int
    cancelled: int
    cancelled_late: int
    doubtful: int
    unchecked: int
    told_elsewhere: int
    """Their time of receipt was stated by hand: somebody else heard of them first."""
    on_time_share: float | None
    response: list[float] | None
    decision: list[float] | None
    delivery: list[float] | None
    answer: list[float] | None
    travel: list[float] | None
    predicted: int
    eta_error: list[float] | None
    measured: list[int]
    """For how many incidents each stage is known, in the order of the stages."""


class RecognitionRow(msgspec.Struct, frozen=True):
    """`right_ones`: the officer met the person and confirmed the match; `wrong_ones`: the radio room or the officer
    rejected it."""

    faces: int
    periods: int
    threshold: float | None
    watchlist_size: int
    alerts: int
    right_ones: int
    wrong_ones: int


class CellRow(msgspec.Struct, frozen=True):
    """`cancelled`: after its target (otherwise it is not listed); it then has no response time."""

    id: UUID
    cancelled: bool
    h3: int
    late: bool
    response: float | None


class ComparedStation(msgspec.Struct, frozen=True):
    """`priority`: None for all together. `response`: [p50, p90, p95] in seconds."""

    id: UUID
    name_th: str
    name_en: str
    priority: int | None
    incidents: int
    arrived: int
    without_arrival: int
    cancelled: int
    cancelled_late: int
    on_time_share: float | None
    response: list[float] | None


response = bindings.ResponseStatistics(ResponseRow)
forget_days = bindings.ForgetStationDays()
count_days = bindings.CountStationDays()
compare = bindings.CompareStations(ComparedStation)
cells = bindings.IncidentCells(CellRow)
recognition = bindings.RecognitionFigures(RecognitionRow)
