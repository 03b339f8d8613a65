"""Make a history that shows a difference as small as it gets, and print it, so that a person can read why.

It takes rows away as long as the difference stays; it changes no row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from .histories import RandomHistory

#: How often the judge may be asked before the history is taken as it is.
QUESTIONS_MAX = 5_000


def shrink(history: RandomHistory, differs: Callable[[RandomHistory], bool]) -> RandomHistory:
    """Return a history in which no single row can go without the difference going too (or the limit is reached)."""
    asked = 0
    size = max(len(rows) for rows in history.books.values())
    while size and asked < QUESTIONS_MAX:
        smaller = False
        for table in list(history.books):
            place = 0
            while place < len(history.books[table]) and asked < QUESTIONS_MAX:
                rows = history.books[table]
                books = {**history.books, table: rows[:place] + rows[place + size :]}
                less = replace(history, books=books)
                asked += 1
                if differs(less):
                    history, smaller = less, True
                else:
                    place += size
        if not smaller or size > 1:
            size //= 2
    return history


def show(history: RandomHistory) -> str:
    """Write a history as one line per row, known values only."""
    lines = [f"seed {history.seed}, as of {history.as_of}, {history.policy}"]
    for table, rows in history.books.items():
        for row in rows:
            told = " ".join(f"{name}={value}" for name, value in row.items() if value is not None)
            lines.append(f"{table}: {told}")
    return "\n".join(lines)
