"""Logs: one JSON line an event on standard error, with a static name and fields. No personal data, and no secrets.

What an error says may repeat a value that it refuses, so of an error its type and its places are told, and no word.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import structlog

from counterfoil.serving.levels import Level

if TYPE_CHECKING:
    from structlog.typing import EventDict, WrappedLogger

FRAMES_MAX = 20


def tell_on_stderr(level: Level, **always: object) -> None:
    """Let every logger of this process write JSON lines to standard error; `always` stands in each of them."""
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            partial(_standing_beside, always),
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _without_words,
            structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(handlers=[_OfLibraries()], level=max(number, logging.WARNING), force=True)


class _OfLibraries(logging.Handler):
    """Passes on what libraries say: which library, which event; of their words nothing, for they repeat values."""

    def emit(self, record: logging.LogRecord) -> None:
        """Pass one event on."""
        action = getattr(record, "action", None)
        job = getattr(record, "job", None)
        fields = {
            "library": record.name,
            "action": action if isinstance(action, str) else None,
            "task": job.get("task_name") if isinstance(job, dict) else None,
            "place": f"{Path(record.pathname).name}:{record.lineno}",
        }
        structlog.get_logger().log(
            record.levelno,
            "library_event",
            exc_info=record.exc_info,
            **{name: value for name, value in fields.items() if value is not None},
        )


def _standing_beside(always: Mapping[str, object], _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {**always, **event}


def _without_words(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Turn an error into its type and the places that it came through."""
    told = event.pop("exc_info", None)
    if told is True:
        told = sys.exc_info()
    match told:
        case BaseException():
            event.update(_told(told, told.__traceback__))
        case (_, BaseException() as error, tb):
            event.update(_told(error, tb))
    return event


def _told(error: BaseException, tb: TracebackType | None) -> EventDict:
    causes = [type(error).__name__]
    inner: BaseException | None = error.__cause__ or error.__context__
    while inner is not None and len(causes) < FRAMES_MAX:
        causes.append(type(inner).__name__)
        inner = inner.__cause__ or inner.__context__
    frames = traceback.extract_tb(tb)[-FRAMES_MAX:]
    return {
        "error": causes[0],
        "because": causes[1:],
        "places": [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames],
    }
