"""CCTV → alerts. Talks to the server only through the HTTP contract; shares no Python with it."""

__version__ = "0.1.0"
