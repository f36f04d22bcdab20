import msgspec

from api.db.queries import Query


class ResponseRow(msgspec.Struct, frozen=True):
    """Each stage is [p50, p90, p95] in seconds, None where nothing was measured; `eta_error` [p50, p90] of what
    `predicted` rides by road missed their prediction by."""

    group: str
    incidents: int
    arrived: int
    without_arrival: int
    on_time_share: float
    response: list[float] | None
    decision: list[float] | None
    delivery: list[float] | None
    answer: list[float] | None
    travel: list[float] | None
    predicted: int
    eta_error: list[float] | None


class CellRow(msgspec.Struct, frozen=True):
    h3: int
    late: bool
    response: float | None


response = Query("response_statistics", ResponseRow)
cells = Query("incident_cells", CellRow)
