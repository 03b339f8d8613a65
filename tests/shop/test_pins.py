"""PINs: four digits that must hold against somebody with a copy of the database, and against somebody at the till."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import argon2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.db.engine import Database
from counterfoil.ids import MerchantId, StaffId
from counterfoil.shop.staff import store as staff
from counterfoil.shop.staff.kept_secrets import store as kept_secrets
from counterfoil.shop.staff.keyed_hashes import Compared
from counterfoil.shop.staff.lock_out import FAILURES_MAX, LOCKED_FIRST, LOCKED_MAX
from counterfoil.shop.staff.model import Role
from counterfoil.shop.staff.pins import (
    PIN_WORDS,
    Pin,
    PinFlaw,
    PinRefusal,
    Pins,
    PinState,
    flaw_of,
    judge,
)

from .stage import NOW, QUICK, found, hire, keys_of, pin_refusal, quick_pins

RIGHT, WRONG = Pin(digits="2580"), Pin(digits="2581")
ANN = StaffId("ann")


@pytest.mark.parametrize(
    ("digits", "flaw"),
    [
        ("12a4", PinFlaw.NOT_DIGITS),
        ("１２５９", PinFlaw.NOT_DIGITS),
        ("", PinFlaw.NOT_DIGITS),
        ("258", PinFlaw.TOO_SHORT),
        ("2580258025802", PinFlaw.TOO_LONG),
        ("0000", PinFlaw.TOO_SIMPLE),
        ("1234", PinFlaw.TOO_SIMPLE),
        ("8901", PinFlaw.TOO_SIMPLE),
        ("4321", PinFlaw.TOO_SIMPLE),
        ("2580", None),
        ("258025802580", None),
        ("1357", None),
    ],
)
def test_a_pin_has_four_to_twelve_digits_that_are_no_row_and_no_repeat(digits: str, flaw: PinFlaw | None) -> None:
    assert flaw_of(Pin(digits=digits)) is flaw


def test_every_flaw_and_refusal_has_its_words_and_no_repr_shows_a_pin() -> None:
    assert set(PIN_WORDS) == set(PinFlaw) | set(PinRefusal)
    assert "2580" not in repr(RIGHT)


def after(failures: int) -> PinState:
    return PinState(pin_hash="x", failures=failures, locked_until=None, retired=False)


def test_the_fifth_wrong_pin_locks_for_a_quarter_of_an_hour_and_each_further_round_for_twice_as_long() -> None:
    locked = [judge(after(n), fits=False, now=NOW).locked_until for n in range(4 * FAILURES_MAX)]
    spans = {n + 1: until - NOW for n, until in enumerate(locked) if until is not None}
    assert spans == {5: LOCKED_FIRST, 10: LOCKED_FIRST * 2, 15: LOCKED_FIRST * 4, 20: LOCKED_FIRST * 8}


@given(st.integers(0, 30_000))
def test_a_lock_never_lasts_longer_than_a_day(failures: int) -> None:
    until = judge(after(failures), fits=False, now=NOW).locked_until
    assert until is None or until - NOW <= LOCKED_MAX


@given(failures=st.integers(0, 100), fits=st.booleans(), seconds=st.integers(1, 10**6))
def test_while_it_is_locked_no_pin_helps_and_no_try_counts(*, failures: int, fits: bool, seconds: int) -> None:
    until = NOW + timedelta(seconds=seconds)
    outcome = judge(PinState(pin_hash="x", failures=failures, locked_until=until, retired=False), fits=fits, now=NOW)
    assert outcome.refusal is PinRefusal.LOCKED
    assert outcome.failures == failures
    assert outcome.locked_until == until


@given(st.integers(0, 100), st.integers(0, 10**6))
def test_the_right_pin_after_the_lock_begins_anew(failures: int, seconds: int) -> None:
    state = PinState(pin_hash="x", failures=failures, locked_until=NOW - timedelta(seconds=seconds), retired=False)
    outcome = judge(state, fits=True, now=NOW)
    assert (outcome.refusal, outcome.failures, outcome.locked_until) == (None, 0, None)


def test_a_hash_is_of_one_person_and_useless_without_the_key() -> None:
    pins = quick_pins(MerchantId("M"))
    hashed = pins.hash(ANN, RIGHT)
    assert hashed.startswith("$argon2id$")
    assert pins.compared(hashed, ANN, RIGHT).fits
    assert not pins.compared(hashed, ANN, WRONG).fits
    assert not pins.compared(hashed, StaffId("bob"), RIGHT).fits
    assert not quick_pins(MerchantId("other")).compared(hashed, ANN, RIGHT).fits


def test_the_costs_are_those_that_are_asked_for_at_least() -> None:
    """OWASP, Password Storage Cheat Sheet: Argon2id with at least 19 MiB, 2 passes and 1 lane."""
    hashed = Pins(keys_of(MerchantId("M")).pins).hash(ANN, RIGHT)
    assert "$m=19456,t=2,p=1$" in hashed


class WatchedPins(Pins):
    """Does something before each comparison, and counts them."""

    compared_n = 0
    before: Callable[[], object] = staticmethod(lambda: None)

    def compared(self, pin_hash: str | None, staff_id: StaffId, pin: Pin) -> Compared:
        self.compared_n += 1
        self.before()
        return super().compared(pin_hash, staff_id, pin)


def test_somebody_unknown_costs_as_much_time_as_somebody_known(database: Database, merchant_id: MerchantId) -> None:
    with database.transaction(merchant_id) as connection:
        found(connection, merchant_id)
        hire(connection, merchant_id, "ann", Role.CASHIER)
    pins = WatchedPins(keys_of(merchant_id).pins, QUICK)
    assert pin_refusal(database, merchant_id, pins, StaffId("nobody"), RIGHT) is PinRefusal.WRONG
    assert pins.compared_n == 1
    assert pin_refusal(database, merchant_id, pins, ANN, RIGHT) is PinRefusal.WRONG
    assert pins.compared_n == 2, "somebody without a PIN, too"


def test_a_pin_is_set_checked_locked_and_set_anew(database: Database, merchant_id: MerchantId) -> None:
    pins = quick_pins(merchant_id)

    def tried(pin: Pin, minutes: int) -> PinRefusal | None:
        return pin_refusal(database, merchant_id, pins, ANN, pin, now=NOW + timedelta(minutes=minutes))

    with database.transaction(merchant_id) as connection:
        found(connection, merchant_id)
        hire(connection, merchant_id, "ann", Role.CASHIER)
        assert kept_secrets.set_pin(connection, merchant_id, ANN, pins.hash(ANN, RIGHT))
        assert not kept_secrets.set_pin(connection, merchant_id, StaffId("nobody"), pins.hash(ANN, RIGHT))
    assert tried(RIGHT, 0) is None
    assert [tried(WRONG, 1) for _ in range(FAILURES_MAX)] == [PinRefusal.WRONG] * FAILURES_MAX
    assert tried(RIGHT, 2) is PinRefusal.LOCKED
    assert tried(RIGHT, 17) is None
    assert [tried(WRONG, 18) for _ in range(FAILURES_MAX)] == [PinRefusal.WRONG] * FAILURES_MAX
    with database.transaction(merchant_id) as connection:
        kept_secrets.set_pin(connection, merchant_id, ANN, pins.hash(ANN, WRONG))
    assert tried(WRONG, 19) is None, "a new PIN lifts the lock"
    with database.transaction(merchant_id) as connection:
        assert staff.retire(connection, merchant_id, ANN, now=NOW)
        assert not staff.retire(connection, merchant_id, ANN, now=NOW)
    assert tried(WRONG, 20) is PinRefusal.WRONG, "whoever has left is not let in"


def test_a_hash_with_older_costs_is_renewed_at_the_next_right_pin(database: Database, merchant_id: MerchantId) -> None:
    newer = Pins(keys_of(merchant_id).pins, argon2.PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))
    with database.transaction(merchant_id) as connection:
        found(connection, merchant_id)
        hire(connection, merchant_id, "ann", Role.CASHIER)
        kept_secrets.set_pin(connection, merchant_id, ANN, quick_pins(merchant_id).hash(ANN, RIGHT))
    assert pin_refusal(database, merchant_id, newer, ANN, RIGHT) is None
    with database.transaction(merchant_id) as connection:
        state = connection.exec_driver_sql("SELECT pin_hash FROM staff WHERE merchant_id = %s", (merchant_id,))
        assert "t=2" in state.scalar_one()


@pytest.fixture
def ann(database: Database, merchant_id: MerchantId) -> WatchedPins:
    """Ann has a PIN; how comparing it is watched."""
    with database.transaction(merchant_id) as connection:
        found(connection, merchant_id)
        hire(connection, merchant_id, "ann", Role.CASHIER)
        kept_secrets.set_pin(connection, merchant_id, ANN, quick_pins(merchant_id).hash(ANN, RIGHT))
    return WatchedPins(keys_of(merchant_id).pins, QUICK)


def kept_of(database: Database, merchant_id: MerchantId) -> tuple[int, bool]:
    """Return how many failures are counted, and whether somebody is locked out."""
    with database.transaction(merchant_id) as connection:
        asked = "SELECT pin_failures, pin_locked_until IS NOT NULL FROM staff WHERE merchant_id = %s"
        failures, locked = connection.exec_driver_sql(asked, (merchant_id,)).one()
    return failures, locked


def test_while_a_pin_is_hashed_no_row_is_held_and_no_connection(
    database: Database, merchant_id: MerchantId, ann: WatchedPins
) -> None:
    def nobody_waits() -> None:
        assert database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]  # of the pool that `Database` makes
        with database.transaction(merchant_id) as connection:
            connection.exec_driver_sql("SET LOCAL lock_timeout = '100ms'")
            connection.exec_driver_sql("SELECT FROM staff WHERE merchant_id = %s FOR UPDATE", (merchant_id,)).all()

    ann.before = nobody_waits
    assert pin_refusal(database, merchant_id, ann, ANN, RIGHT) is None
    assert pin_refusal(database, merchant_id, ann, ANN, WRONG) is PinRefusal.WRONG
    assert ann.compared_n == 2


def tried_at_once(
    database: Database, merchant_id: MerchantId, ann: WatchedPins, *typed: Pin
) -> list[PinRefusal | None]:
    """Try PINs side by side: none is settled before all have been looked up."""
    all_there = Barrier(len(typed), timeout=20)
    ann.before = all_there.wait
    with ThreadPoolExecutor(len(typed)) as threads:
        tried = [threads.submit(pin_refusal, database, merchant_id, ann, ANN, pin) for pin in typed]
        return [each.result(timeout=20) for each in tried]


def test_wrong_pins_side_by_side_count_each(database: Database, merchant_id: MerchantId, ann: WatchedPins) -> None:
    assert tried_at_once(database, merchant_id, ann, WRONG, WRONG) == [PinRefusal.WRONG] * 2
    assert kept_of(database, merchant_id) == (2, False)


def test_a_right_pin_beside_wrong_ones_is_not_lost(
    database: Database, merchant_id: MerchantId, ann: WatchedPins
) -> None:
    refusals = tried_at_once(database, merchant_id, ann, WRONG, RIGHT, WRONG)
    assert refusals == [PinRefusal.WRONG, None, PinRefusal.WRONG]
    assert kept_of(database, merchant_id)[0] <= 2


def test_guesses_side_by_side_are_worth_no_more_than_one_after_the_other(
    database: Database, merchant_id: MerchantId, ann: WatchedPins
) -> None:
    refusals = tried_at_once(database, merchant_id, ann, *[WRONG] * (FAILURES_MAX + 3))
    assert refusals.count(PinRefusal.WRONG) == FAILURES_MAX
    assert refusals.count(PinRefusal.LOCKED) == 3, "what was on its way tells nothing any more"
    assert kept_of(database, merchant_id) == (FAILURES_MAX, True)


def test_a_right_guess_that_is_settled_after_the_lock_lets_nobody_in(
    database: Database, merchant_id: MerchantId, ann: WatchedPins
) -> None:
    def lock_first() -> None:
        ann.before = lambda: None
        for _ in range(FAILURES_MAX):
            pin_refusal(database, merchant_id, ann, ANN, WRONG)

    ann.before = lock_first
    assert pin_refusal(database, merchant_id, ann, ANN, RIGHT) is PinRefusal.LOCKED


def test_a_pin_that_is_changed_meanwhile_is_compared_again(
    database: Database, merchant_id: MerchantId, ann: WatchedPins
) -> None:
    def change() -> None:
        ann.before = lambda: None
        with database.transaction(merchant_id) as connection:
            kept_secrets.set_pin(connection, merchant_id, ANN, quick_pins(merchant_id).hash(ANN, WRONG))

    ann.before = change
    assert pin_refusal(database, merchant_id, ann, ANN, RIGHT) is PinRefusal.WRONG, "it is the old one by now"
    assert ann.compared_n == 2
    ann.before = lambda: None
    assert pin_refusal(database, merchant_id, ann, ANN, WRONG) is None
