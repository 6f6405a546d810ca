"""Structured logs: one JSON object a line, without secrets and without what people wrote.

Messages of exceptions and of libraries quote what they choke on, so they are not written: an
exception is its type, where it happened, and the few codes that are safe to tell.
"""

import logging
import sys
import traceback
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor

# What people write must never reach a log, whatever a caller passes.
_PRIVATE = frozenset({"text", "words", "values", "card", "token", "name", "body", "payload"})

# At their lower levels these print whole payloads.
_NOISY = ("slack_bolt", "slack_sdk", "apscheduler", "asyncio")

# Libraries that speak of themselves only.
_OWN_WORDS = ("uvicorn", "alembic", "apscheduler")


def set_up(level: str, stream: TextIO | None = None) -> None:
    """Log at `level`, to standard error; libraries' warnings come too, without their payloads."""
    stream = stream or sys.stderr
    shared: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_private,
        what_happened,
    ]
    as_json = structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[*shared, as_json],
        wrapper_class=structlog.make_filtering_bound_logger(level.lower()),
        logger_factory=structlog.WriteLoggerFactory(file=stream),
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[without_foreign_words, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, as_json],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for noisy in _NOISY:
        logging.getLogger(noisy).setLevel(logging.ERROR)


def without_private(_logger: object, _method: str, entry: EventDict) -> EventDict:
    """Blank every field that may hold what a person wrote, or a secret."""
    return {key: "…" if key in _PRIVATE else value for key, value in entry.items()}


def without_foreign_words(_logger: object, _method: str, entry: EventDict) -> EventDict:
    """A library's own line: its words only where they cannot quote a payload."""
    record: logging.LogRecord = entry["_record"]
    entry["from"] = record.name
    if not record.name.startswith(_OWN_WORDS):
        entry["event"] = f"said in {record.module}.{record.funcName}"
    return entry


def what_happened(_logger: object, _method: str, entry: EventDict) -> EventDict:
    """An exception without its message: what it was, and where."""
    given = entry.pop("exc_info", None)
    problem = given[1] if isinstance(given, tuple) else given
    if problem is True:
        problem = sys.exception()
    if isinstance(problem, BaseException):
        entry["problem"], entry["where"] = _chain(problem), _frames(problem)
    return entry


def _chain(problem: BaseException | None) -> list[str]:
    """The exception and what led to it, by type and code."""
    names: list[str] = []
    while problem is not None and len(names) < 8:
        names.append(" ".join(filter(None, (type(problem).__qualname__, _code(problem)))))
        problem = problem.__cause__ or problem.__context__
    return names


def _code(problem: BaseException) -> str:
    """The code that a database or the system gives."""
    if isinstance(problem, OSError):
        return problem.strerror or ""
    return str(getattr(problem, "sqlite_errorname", getattr(problem, "sqlstate", None)) or "")


def _frames(problem: BaseException) -> list[str]:
    frames = traceback.extract_tb(problem.__traceback__)[-12:]
    return [f"{each.filename}:{each.lineno} {each.name}" for each in frames]
