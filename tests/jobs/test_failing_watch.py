"""One merchant whose books cannot be looked at keeps no other one waiting; a database that is gone keeps everybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import psycopg
import pytest

from counterfoil.desk.watching import Look
from counterfoil.ids import MerchantId
from counterfoil.jobs.background import Background
from tests.jobs.test_giving_way import NOW, background

if TYPE_CHECKING:
    from counterfoil.desk.watching import Watcher

BAD, GOOD = MerchantId("bad"), MerchantId("good")


@dataclass
class Failing:
    """A watcher that the books of one merchant are too much for."""

    error: Exception
    looked_at: list[MerchantId] = field(default_factory=list)
    closed_n: int = 0

    def look_until_done(self, merchant_id: MerchantId, **_more: object) -> list[Look]:
        self.looked_at.append(merchant_id)
        if merchant_id == BAD:
            raise self.error
        return []

    def close(self) -> None:
        self.closed_n += 1


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception], Failing]:
    """Make the watcher fail in some way."""

    def fails(error: Exception) -> Failing:
        watcher = Failing(error)

        def opened(self: Background) -> Watcher:
            self._watcher = cast("Watcher", SimpleNamespace(session=watcher))
            return cast("Watcher", watcher)

        monkeypatch.setattr(Background, "_opened_watcher", opened)
        return watcher

    return fails


def test_the_others_are_looked_at_all_the_same_and_the_job_fails(failing: Callable[[Exception], Failing]) -> None:
    watcher = failing(psycopg.errors.InvalidRegularExpression("too complex"))
    with pytest.raises(psycopg.errors.InvalidRegularExpression):
        background().watch([BAD, GOOD], now=NOW)
    assert watcher.looked_at == [BAD, GOOD]
    assert watcher.closed_n >= 1


def test_where_the_database_is_gone_nobody_else_is_tried(failing: Callable[[Exception], Failing]) -> None:
    watcher = failing(psycopg.OperationalError("the connection is closed"))
    with pytest.raises(psycopg.OperationalError):
        background().watch([BAD, GOOD], now=NOW)
    assert watcher.looked_at == [BAD]
