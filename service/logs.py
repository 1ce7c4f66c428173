"""Logging: structlog on stderr, JSON unless stderr is a terminal; the standard library's loggers join it."""

from __future__ import annotations

import logging
import logging.config
import sys

import structlog
from structlog.typing import Processor


def configure_logs(level: str = "info") -> None:
    """Send all log events to stderr from now on; may be called again.

    Args:
        level: ``debug``, ``info``, ``warning`` or ``error``.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=_rendering(sys.stderr.isatty()))
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # These say the same again for every request or statement.
    for noisy in ("httpx", "httpcore", "uvicorn.access", "aiosqlite", "sqlalchemy.engine", "alembic"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, root.level))


def _rendering(terminal: bool) -> list[Processor]:
    """The last processors: for people on a terminal, one JSON object a line elsewhere."""
    meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if terminal:
        return [meta, structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    # Local variables hold candidates' code and callers' keys, so they stay out of every log.
    traces = structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False))
    return [meta, traces, structlog.processors.JSONRenderer(default=str)]
