"""Structured logs: one JSON object a line, without secrets and without what people wrote."""

import logging
import sys

import structlog

# What people write must never reach a log, whatever a caller passes.
_PRIVATE = frozenset({"text", "words", "values", "card", "token", "name", "body", "payload"})


def set_up(level: str) -> None:
    """Log at `level` to standard error; libraries' warnings come too, without their payloads."""
    logging.basicConfig(
        level=logging.WARNING,
        stream=sys.stderr,
        format='{"event": "%(message)s", "from": "%(name)s"}',
    )
    for noisy in ("slack_bolt", "slack_sdk", "apscheduler"):
        # At lower levels these print whole payloads.
        logging.getLogger(noisy).setLevel(logging.ERROR)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            without_private,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level.lower()),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
    )


def without_private(
    _logger: object, _method: str, entry: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Blank every field that may hold what a person wrote, or a secret."""
    return {key: "…" if key in _PRIVATE else value for key, value in entry.items()}
