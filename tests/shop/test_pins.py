"""PINs: four digits that must hold against somebody with a copy of the database, and against somebody at the till."""

from __future__ import annotations

from datetime import timedelta

import argon2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.db.engine import Database
from counterfoil.ids import MerchantId, StaffId
from counterfoil.shop.staff import store as staff
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

from .stage import NOW, QUICK, found, hire, keys_of, quick_pins

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
    assert pins.fits(hashed, ANN, RIGHT)
    assert not pins.fits(hashed, ANN, WRONG)
    assert not pins.fits(hashed, StaffId("bob"), RIGHT)
    assert not quick_pins(MerchantId("other")).fits(hashed, ANN, RIGHT)


def test_the_costs_are_those_that_are_asked_for_at_least() -> None:
    """OWASP, Password Storage Cheat Sheet: Argon2id with at least 19 MiB, 2 passes and 1 lane."""
    hashed = Pins(keys_of(MerchantId("M")).pins).hash(ANN, RIGHT)
    assert "$m=19456,t=2,p=1$" in hashed


class CountingPins(Pins):
    """Counts how often it compares."""

    compared = 0

    def fits(self, pin_hash: str | None, staff_id: StaffId, pin: Pin) -> bool:
        self.compared += 1
        return super().fits(pin_hash, staff_id, pin)


def test_somebody_unknown_costs_as_much_time_as_somebody_known(database: Database, merchant_id: MerchantId) -> None:
    with database.transaction(merchant_id) as connection:
        found(connection, merchant_id)
        hire(connection, merchant_id, "ann", Role.CASHIER)
        pins = CountingPins(keys_of(merchant_id).pins, QUICK)
        assert staff.check_pin(connection, merchant_id, pins, StaffId("nobody"), RIGHT, now=NOW) is PinRefusal.WRONG
        assert pins.compared == 1
        assert staff.check_pin(connection, merchant_id, pins, ANN, RIGHT, now=NOW) is PinRefusal.WRONG
        assert pins.compared == 2, "somebody without a PIN, too"


def test_a_pin_is_set_checked_locked_and_set_anew(database: Database, merchant_id: MerchantId) -> None:
    pins = quick_pins(merchant_id)

    def tried(pin: Pin, minutes: int) -> PinRefusal | None:
        with database.transaction(merchant_id) as connection:
            return staff.check_pin(connection, merchant_id, pins, ANN, pin, now=NOW + timedelta(minutes=minutes))

    with database.transaction(merchant_id) as connection:
        found(connection, merchant_id)
        hire(connection, merchant_id, "ann", Role.CASHIER)
        assert staff.set_pin(connection, merchant_id, pins, ANN, RIGHT)
        assert not staff.set_pin(connection, merchant_id, pins, StaffId("nobody"), RIGHT)
    assert tried(RIGHT, 0) is None
    assert [tried(WRONG, 1) for _ in range(FAILURES_MAX)] == [PinRefusal.WRONG] * FAILURES_MAX
    assert tried(RIGHT, 2) is PinRefusal.LOCKED
    assert tried(RIGHT, 17) is None
    assert [tried(WRONG, 18) for _ in range(FAILURES_MAX)] == [PinRefusal.WRONG] * FAILURES_MAX
    with database.transaction(merchant_id) as connection:
        staff.set_pin(connection, merchant_id, pins, ANN, WRONG)
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
        staff.set_pin(connection, merchant_id, quick_pins(merchant_id), ANN, RIGHT)
        assert staff.check_pin(connection, merchant_id, newer, ANN, RIGHT, now=NOW) is None
        state = connection.exec_driver_sql("SELECT pin_hash FROM staff WHERE merchant_id = %s", (merchant_id,))
        assert "t=2" in state.scalar_one()
