"""The dice, the pools and the rows of one merchant's random history."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any

from counterfoil.books.format import TABLES
from counterfoil.policy import Policy

Row = dict[str, Any]

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
DAYS = 5
SKUS = ("tea", "cup", "c4ke")
KEYS = ("K1", "K2", "K3", None)
INSTRUMENTS = ("I1", "I2", None, None)
TAILS = ("1111", "2222", None, None)
TERMINALS = ("T1", "T1", "T2", "T3", None)
OPERATORS = ("op1", "op1", "op2", "op3", None)
#: Distances that sit on, just inside and just outside the windows.
STEPS = (
    *(timedelta(0),) * 4,
    *(timedelta(seconds=s) for s in (1, 59, 60)),
    *(timedelta(minutes=m) for m in (3, 5, 10, 15, 16, 30, 60, 120)),
    *(timedelta(minutes=m, milliseconds=200) for m in (5, 10, 15, 30)),
    timedelta(hours=7),
    timedelta(hours=24),
    timedelta(hours=24, milliseconds=1),
    timedelta(hours=48),
)
TENDERS = {"wechat": "wechat", "alipay": "alipay", "card": "wechat", "cash": None, "other": None}


class Town:
    """One merchant's rows so far, and the dice; a tame town mostly does the usual, so that single causes show."""

    def __init__(self, dice: Random, policy: Policy, merchant: str) -> None:
        self.dice = dice
        self.policy = policy
        self.merchant = merchant
        self.rows: dict[str, list[Row]] = {table: [] for table in TABLES}
        self.keys: set[tuple[object, ...]] = set()
        self.begin = BEGIN - timedelta(days=dice.choice([0, 0, 40]))
        self.moments = [self._moment() for _ in range(dice.randint(3, 8))]
        self.mixed = dice.random() < 0.3
        self.tame = dice.random() < 0.4
        self.number = 0

    def pick(self, *choices: Any) -> Any:  # noqa: ANN401  # whatever the choices are
        """Draw one of the choices."""
        return self.dice.choice(choices)

    def often(self, share: float) -> bool:
        """Say yes in this share of cases."""
        return self.dice.random() < share

    def mostly(self, usual: Any, *others: Any, share: float = 0.75) -> Any:  # noqa: ANN401  # as above
        """Return the usual thing in this share of cases (in a tame town nearly always), else one of the others."""
        return usual if self.often(0.97 if self.tame else share) else self.dice.choice(others)

    def near(self, moment: datetime) -> datetime:
        """Return a moment at one of the telling distances, mostly later."""
        step: timedelta = self.dice.choice(STEPS)
        return moment - step if self.often(0.2) else moment + step

    def soon(self, moment: datetime) -> datetime:
        """Return a moment a little later."""
        return moment + timedelta(seconds=self.pick(0, 0, 1, 10, 60, 121))

    def name(self, letter: str) -> str:
        """Return a fresh id."""
        self.number += 1
        return f"{letter}{self.number}"

    def any_of(self, table: str, column: str) -> str | None:
        """Return some value that stands in a column, or null."""
        found = [row[column] for row in self.rows[table]]
        return self.dice.choice(found) if found else None

    def lay(self, table: str, **values: object) -> Row:
        """Keep a row; a key that is there already keeps its first row."""
        row: Row = dict.fromkeys(TABLES[table].names) | values | {"merchant_id": self.merchant}
        key = (table, *(row[column] for column in TABLES[table].key))
        if key not in self.keys:
            self.keys.add(key)
            self.rows[table].append(row)
        return row

    def _moment(self) -> datetime:
        """Some hour of a day, or the minutes around the shop's midnight."""
        day = (self.begin if self.often(0.2) else BEGIN) + timedelta(days=self.dice.randrange(DAYS))
        if self.often(0.3):
            midnight = datetime.combine(day.date(), time(0), tzinfo=self.policy.zone).astimezone(UTC)
            return midnight + timedelta(minutes=self.pick(-11, -10, -4, 0, 5, 10, 11))
        return day + timedelta(hours=self.pick(9, 10, 14), minutes=self.pick(0, 5, 30))
