"""The stations' own time, for hours of the day, years in references, and what people read."""

from zoneinfo import ZoneInfo

STATION_ZONE = ZoneInfo("Asia/Bangkok")
