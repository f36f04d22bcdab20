"""CCTV → alerts. Meets the server at the HTTP contract alone; shares no Python with it."""

__version__ = "0.1.0"
