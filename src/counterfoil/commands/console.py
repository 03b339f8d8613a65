"""How commands talk on the terminal: answers to standard output, progress to standard error, and only to people.

Where nobody is looking (a pipe, a file, a log) there are no colours, no bars and no animations.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from counterfoil.languages import Language, Text

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID

#: A bar is shown for what takes longer than this.
QUIET_SECONDS = 1.0
#: The width of tables where no terminal says how wide it is.
WIDTH_DEFAULT = 100


@contextmanager
def only_warnings_logged() -> Iterator[None]:
    """Keep what a command notes for programs away from people, but for warnings, which go to standard error.

    `serve` says afterwards how its processes log.
    """
    import logging

    import structlog

    before = structlog.get_config()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.KeyValueRenderer(key_order=["level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        # Asked at each event: who listens to standard error may change.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    try:
        yield
    finally:
        structlog.configure(**before)


def answers() -> Console:
    """Return where answers are written; brackets in names and paths are text and no markup."""
    from rich.console import Console

    class Answers(Console):
        """Leaves it to the command line to say that whoever read went away; Rich would end with 1."""

        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    width = None if sys.stdout.isatty() else WIDTH_DEFAULT
    return Answers(file=sys.stdout, width=width, highlight=False, markup=False, soft_wrap=False)


def printable(text: str) -> str:
    """Return text of a file with nothing in it that a terminal would obey."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


class Bars:
    """One bar for each stage, shown once a stage has taken longer than a moment."""

    def __init__(self, progress: Progress, language: Language, stages: Mapping[str, Text]) -> None:
        self._progress = progress
        self._language = language
        self._stages = stages
        self._begun: dict[str, float] = {}
        self._tasks: dict[str, TaskID] = {}

    def advance(self, stage: str, done: int, total: int) -> None:
        """Hear that `done` of `total` steps of a stage are over."""
        begun = self._begun.setdefault(stage, time.monotonic())
        if stage not in self._tasks:
            if time.monotonic() - begun < QUIET_SECONDS:
                return
            words = self._stages.get(stage)
            self._tasks[stage] = self._progress.add_task(words.to(self._language) if words else stage, total=total)
        self._progress.update(self._tasks[stage], completed=done, total=total)


class Silence:
    """Hears about progress and says nothing."""

    def advance(self, stage: str, done: int, total: int) -> None:
        """Hear, and say nothing."""


@contextmanager
def progress_in(language: Language, stages: Mapping[str, Text]) -> Iterator[Bars | Silence]:
    """Lend something that shows progress to a person at a terminal, and to nobody else."""
    if not sys.stderr.isatty():
        yield Silence()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield Bars(progress, language, stages)
