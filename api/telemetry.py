"""Logs as JSON lines, one request id from the HTTP call to the push. No names, positions or tokens go in."""

import logging
import sys
from uuid import uuid4

import structlog

_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def configure(level: str) -> None:
    logging.getLogger("asyncpg").setLevel(logging.CRITICAL)  # its pool logs tracebacks for what we log in one line
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS.get(level, logging.INFO)),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
    )


def begin_request(request_id: str | None) -> str:
    """Bind the id for everything that this request causes; a fresh one if the caller gave none or an invalid one."""
    plain = request_id is not None and len(request_id) <= 64 and request_id.replace("-", "").isalnum()
    chosen = request_id if plain and request_id else uuid4().hex
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=chosen)
    return chosen


def request_id() -> str | None:
    return structlog.contextvars.get_contextvars().get("request_id")
