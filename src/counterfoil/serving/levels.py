"""The levels of the log; a file of its own, so that the command line knows them without loading anything."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """From which level on events are told."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"
