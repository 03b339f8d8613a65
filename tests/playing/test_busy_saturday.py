"""The named world is played through the real verbs, and what was meant to go wrong in it is found, and nothing else."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest

from counterfoil.commands.demo import demo
from counterfoil.db.embedded.server import down
from counterfoil.db.opening import embedded_database
from counterfoil.errors import BadOption
from counterfoil.languages import Language
from counterfoil.playing.busy_saturday import shopping
from counterfoil.playing.busy_saturday.calendar import days_until
from counterfoil.playing.keeping import Kept, prepared

#: A Sunday evening in Shanghai: the Saturday's bill is there.
NOW = datetime(2026, 11, 29, 10, tzinfo=UTC)

#: What the mishaps are written for, by diagnosis: how many stand, and how many are gone again.
MEANT = {
    "double_charge": (2, 1),
    "double_entry": (1, 0),
    "paid_and_unpaid": (1, 0),
    "charged_no_order": (2, 0),
    "notified_not_paid": (1, 0),
    "paid_no_slip": (2, 0),
    "slip_failed": (3, 2),
    "refund_without_order": (1, 0),
    "return_without_slip": (1, 0),
    "not_restocked": (1, 0),
    "not_shipped": (2, 0),
    "stalled": (2, 0),
    "lost": (1, 0),
    "bad_address": (1, 0),
    "receipt_disputed": (1, 0),
    "wrong_goods": (1, 0),
    "status_not_synced": (1, 0),
    "tracking_missing": (1, 0),
    "phantom_reversal": (1, 0),
    "void_then_cash": (1, 0),
}
#: These hang on who else voided and sold, or on how far the ladders have come.
LEFT_ASIDE = {"operator_outlier", "terminal_outlier", "void_unknown", "payment_unknown"}


@dataclass(frozen=True, kw_only=True)
class Shop:
    """The shop after the play."""

    kept: Kept
    keeper: str

    def ask(self, query: LiteralString) -> list[tuple[object, ...]]:
        with psycopg.connect(self.keeper) as connection:
            return connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    """A play with few ordinary customers; everything that goes wrong in it is there."""
    with tempfile.TemporaryDirectory(prefix="counterfoil-test-") as folder, pytest.MonkeyPatch.context() as patch:
        # Where root asks, PostgreSQL runs as somebody else, who must be able to pass.
        Path(folder).chmod(0o711)
        patch.setattr(shopping, "SATURDAY_N", 60)
        patch.setattr(shopping, "QUIET_N", 4)
        kept = prepared(Path(folder) / "shop", fresh=False, now=NOW, told=lambda _done, _total: None)
        keeper = embedded_database(kept.home).keeper
        assert keeper is not None
        yield Shop(kept=kept, keeper=keeper)
        down(kept.home)


def test_what_was_meant_to_go_wrong_is_found_and_nothing_else(shop: Shop) -> None:
    stands: Counter[str] = Counter()
    gone: Counter[str] = Counter()
    for diagnosis, is_gone, n in shop.ask(
        "SELECT diagnosis, gone_at IS NOT NULL, count(*) FROM findings GROUP BY 1, 2"
    ):
        (gone if is_gone else stands)[str(diagnosis)] += int(str(n))
    found = {name: (stands[name], gone[name]) for name in {*stands, *gone} - LEFT_ASIDE}
    assert found == MEANT


def test_all_five_exceptions_are_on_the_desk_and_cases_are_in_every_kind_of_state(shop: Shop) -> None:
    exceptions = {name for (name,) in shop.ask("SELECT DISTINCT exception FROM cases WHERE state <> 'closed'")}
    assert exceptions == {
        *("duplicate_order", "missing_slip", "orphan_return", "unconfirmed_delivery", "void_mismatch"),
    }
    states = {state for (state,) in shop.ask("SELECT DISTINCT state FROM cases")}
    assert states == {"open", "in_progress", "waiting", "closed"}
    reasons = {reason for (reason,) in shop.ask("SELECT DISTINCT closure_reason FROM cases WHERE state = 'closed'")}
    assert reasons == {"books_agree", "tender_changed"}


def test_something_is_still_moving(shop: Shop) -> None:
    assert shop.ask("SELECT count(*) FROM payments WHERE state = 'unknown'") != [(0,)]
    assert shop.ask("SELECT count(*) FROM parcels WHERE state = 'shipped'") != [(0,)]
    assert shop.ask("SELECT count(*) FROM returns WHERE state = 'requested'") == [(1,)]


def test_nobody_in_it_has_a_card_number_or_a_pin_in_the_books(shop: Shop) -> None:
    (told,) = shop.ask("SELECT string_agg(body::text, ' ') FROM journal")
    assert "4000000000" not in str(told)


def test_a_kept_play_is_lent_again_and_not_played_twice(shop: Shop) -> None:
    before = shop.ask("SELECT count(*) FROM orders")
    again = prepared(shop.kept.folder, fresh=False, now=NOW, told=lambda _done, _total: None)
    assert (again.is_new, again.until) == (False, NOW)
    assert shop.ask("SELECT count(*) FROM orders") == before


def test_a_set_up_that_only_prepares_the_shop_ends_without_opening_it(shop: Shop) -> None:
    before = shop.ask("SELECT count(*) FROM orders")
    demo(Language.EN, data=shop.kept.folder, prepare=True)
    assert shop.ask("SELECT count(*) FROM orders") == before


def test_a_folder_of_somebody_elses_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(BadOption, match="no play's"):
        prepared(tmp_path, fresh=True, now=NOW, told=lambda _done, _total: None)
    assert (tmp_path / "letter.txt").exists()


@pytest.mark.parametrize(
    ("now", "saturday"),
    [
        (datetime(2026, 11, 29, 10, tzinfo=UTC), date(2026, 11, 28)),
        (datetime(2026, 11, 28, 10, tzinfo=UTC), date(2026, 11, 21)),
        (datetime(2026, 11, 28, 15, 30, tzinfo=UTC), date(2026, 11, 28)),
        (datetime(2026, 12, 4, 3, tzinfo=UTC), date(2026, 11, 28)),
    ],
)
def test_the_saturday_is_the_last_one_that_is_over(now: datetime, saturday: date) -> None:
    assert days_until(now).saturday == saturday
