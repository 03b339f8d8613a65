"""The play's bank: the simulated acquirer, told what the time is, and now and then asked behind the shop's back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from counterfoil.storm.acquirer.started import Started


@dataclass(slots=True, kw_only=True)
class Bank:
    """The simulated acquirer as a play needs it."""

    started: Started
    #: As `payments.acquirer` calls it.
    name: str

    def stand_at(self, moment: datetime | None) -> None:
        """Set its clock; None: it shows the machine's time again."""
        self.started.order("clock", at=None if moment is None else moment.isoformat())

    def drop_answers(self, n: int, *, classes: str = "24") -> None:
        """Let it do what the next messages ask, and lose its line in the middle of each answer."""
        self.started.plan("dropped", classes=classes, n=n)

    def decline(self, code: str, n: int = 1) -> None:
        """Let it refuse the next sales, with a code of ISO 8583."""
        self.started.plan(decline=code, classes="2", n=n)

    def bill_of(self, day: date) -> list[Path]:
        """Return the files of a day's bill."""
        return [Path(file) for file in self.started.order("bill", day=day.isoformat())["files"]]
