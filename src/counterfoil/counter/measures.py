"""What is counted at the counter while it sells. Whoever counts must cost a sale nothing that anybody can measure.

`bootstrap` hands in who counts; a command that sells once counts nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")


class Measures(Protocol):
    """Who counts; called by the thread that sells, and never by one of an acquirer."""

    def sale_answered(self, answer: str) -> None:
        """Count an answer to an offered sale: how it was recorded, or the code of the refusal or the trouble."""

    def group_written(self, sales_n: int, seconds: float) -> None:
        """Count one commit: how many sales it held, and how long it took."""


class NotMeasured:
    """Counts nothing."""

    def sale_answered(self, answer: str) -> None:
        """Let it pass."""

    def group_written(self, sales_n: int, seconds: float) -> None:
        """Let it pass."""


NOT_MEASURED = NotMeasured()


def timed(
    write: Callable[[Sequence[Item]], Sequence[Answer | Exception]], measures: Measures
) -> Callable[[Sequence[Item]], Sequence[Answer | Exception]]:
    """Return what writes a group, and is counted; a group that could not be written took its time as well."""

    def measured(items: Sequence[Item]) -> Sequence[Answer | Exception]:
        began = time.perf_counter()
        try:
            return write(items)
        finally:
            measures.group_written(len(items), time.perf_counter() - began)

    return measured
