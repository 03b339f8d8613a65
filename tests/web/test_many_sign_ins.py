"""Many people behind one address sign in as they like; whoever guesses, at one name or at all, is held up."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from litestar.testing import TestClient

from counterfoil.counter import guessing, pace
from counterfoil.counter.guessing import GUESSES_EVERY, WRONG_OF_ADDRESS, WRONG_OF_NAME
from counterfoil.counter.pace import Pace
from counterfoil.settings import WebSettings
from counterfoil.shop.staff.model import Role
from tests.counter.shop import ANN, BEN, OPENING, PINS, SUE
from tests.counter.till import Counter
from tests.web.conftest import Opening
from tests.web.shop import PASSWORD, Visitor, hire
from tests.web.till import BrowserTill

#: Of the server in front; the tests' own client is called so.
PROXY = "testclient"
MANY = 45


@pytest.fixture
def behind(opening: Opening) -> Visitor:
    """A browser behind a proxy that says from where it comes."""
    return opening(WebSettings(proxies=(PROXY,)))


def tried(visitor: Visitor, who: str, password: str, *, address: str) -> int:
    visitor.client.headers["x-forwarded-for"] = address
    return visitor.sign_in(who, password).status_code


def wrong(visitor: Visitor, who: str, *, address: str = "shop") -> int:
    return tried(visitor, who, "three loud geese", address=address)


def right(visitor: Visitor, who: str = "sue", *, address: str = "shop") -> int:
    return tried(visitor, who, PASSWORD, address=address)


def test_one_person_signs_in_as_often_as_they_like(behind: Visitor) -> None:
    assert {right(behind) for _ in range(MANY)} == {303}


def test_everybody_of_a_large_shop_signs_in_from_one_address(behind: Visitor, counter: Counter) -> None:
    people = [hire(counter.database, counter.merchant_id, f"p{number}", Role.CASHIER) for number in range(MANY)]
    assert {right(behind, who) for who in people} == {303}


def test_tills_of_one_address_change_hands_as_often_as_they_like(till: BrowserTill) -> None:
    for _ in range(MANY // 2):
        for who in ("ben", "ann"):
            till.take_over(who)


def test_one_password_tried_at_every_name_is_held_up_by_address(behind: Visitor) -> None:
    answers = [wrong(behind, f"nobody-{number}", address="attic") for number in range(WRONG_OF_ADDRESS + 5)]
    assert answers == [409] * WRONG_OF_ADDRESS + [429] * 5
    assert right(behind, address="attic") == 429
    assert right(behind, address="shop") == 303


def test_many_passwords_at_one_name_are_held_up_wherever_they_come_from(behind: Visitor) -> None:
    answers = [wrong(behind, "Nobody", address=f"a{number}") for number in range(WRONG_OF_NAME + 2)]
    assert answers == [409] * WRONG_OF_NAME + [429] * 2
    assert right(behind, "sue", address="a1") == 303


def test_what_is_right_in_between_takes_back_nothing_but_itself(behind: Visitor) -> None:
    """Whoever has one login of their own gains no guesses at those of others by it."""
    answers = [(wrong(behind, f"nobody-{number}"), right(behind)) for number in range(WRONG_OF_ADDRESS)]
    assert answers == [(409, 303)] * (WRONG_OF_ADDRESS - 1) + [(409, 429)]
    assert wrong(behind, "somebody") == 429


def test_who_is_held_up_at_one_name_uses_up_nothing_of_the_shops_address(behind: Visitor) -> None:
    assert [wrong(behind, "nobody") for _ in range(2 * WRONG_OF_ADDRESS)][-1] == 429
    assert right(behind) == 303


def test_people_are_let_in_again_after_a_while(behind: Visitor, counter: Counter) -> None:
    for number in range(WRONG_OF_ADDRESS):
        wrong(behind, f"nobody-{number}")
    assert right(behind) == 429
    counter.clock.passes(minutes=1)
    assert right(behind) == 303


def test_even_what_is_right_is_not_compared_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guessing, "COMPARED_OF_ADDRESS", 5)
    guesses = guessing.Guesses()
    allowed = []
    for _ in range(7):
        allowed.append(guesses.allow("shop", "sue", OPENING))
        if allowed[-1]:
            guesses.was_right("shop", "sue")
    assert allowed == [True] * 5 + [False] * 2
    assert guesses.allow("elsewhere", "sue", OPENING)
    assert guesses.allow("shop", "sue", OPENING + GUESSES_EVERY)


def test_a_try_that_is_taken_back_makes_room_for_one_and_no_more() -> None:
    pace = Pace(most=2, every=timedelta(minutes=1))
    assert [pace.allows("a", OPENING) for _ in range(3)] == [True, True, False]
    pace.forgives("a")
    assert [pace.allows("a", OPENING) for _ in range(2)] == [True, False]
    for _ in range(5):
        pace.forgives("a")
    assert [pace.allows("a", OPENING) for _ in range(3)] == [True, True, False]
    pace.forgives("nobody")
    assert pace.allows("nobody", OPENING)


def beside(till: BrowserTill) -> Visitor:
    """Another browser of the same network, at the same server."""
    return replace(till.visitor, client=TestClient(till.visitor.client.app))


def test_wrong_passwords_keep_nobody_from_their_pin_at_a_till(till: BrowserTill) -> None:
    """They are typed by anybody, and from the shop's own network, too."""
    outside = beside(till)
    for who in (BEN, *(f"nobody-{number}" for number in range(WRONG_OF_ADDRESS))):
        for _ in range(WRONG_OF_NAME + 1 if who == BEN else 1):
            outside.sign_in(who, "three loud geese")
    assert outside.sign_in(BEN).status_code == 429
    till.take_over(BEN)
    till.take_over(ANN)


def test_wrong_pins_are_held_up_at_their_till_and_nowhere_else(till: BrowserTill) -> None:
    def typed(who: str, pin: str) -> int:
        return till.visitor.post("/till/switch", form_on="/till/switch", who=who, pin=pin).status_code

    answers = [typed("nobody", "000000") for _ in range(WRONG_OF_NAME + 2)]
    assert answers == [409] * WRONG_OF_NAME + [429] * 2
    for number in range(WRONG_OF_ADDRESS - WRONG_OF_NAME):
        assert typed(f"nobody-{number}", "000000") == 409
    assert typed(BEN, PINS[BEN]) == 429
    assert beside(till).sign_in(SUE).status_code == 303


def test_names_that_a_held_up_address_makes_up_are_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "KEYS_MAX", WRONG_OF_ADDRESS + 2)
    guesses = guessing.Guesses()
    for number in range(WRONG_OF_NAME):
        assert guesses.allow(f"a{number}", "sue", OPENING)
    for number in range(WRONG_OF_ADDRESS * 3):
        assert guesses.allow("attic", f"nobody-{number}", OPENING) == (number < WRONG_OF_ADDRESS)
    assert not guesses.allow("elsewhere", "sue", OPENING), "ten were wrong, and that is still known"


def test_the_addresses_of_one_subscriber_are_one() -> None:
    """Whoever has a network of IPv6 has a fresh address for every guess."""
    guesses = guessing.Guesses()
    mine = [guesses.allow(f"2001:db8:1:2::{number:x}", f"n{number}", OPENING) for number in range(WRONG_OF_ADDRESS + 2)]
    assert mine == [True] * WRONG_OF_ADDRESS + [False] * 2
    assert guesses.allow("2001:db8:1:3::1", "n", OPENING)
    assert guesses.allow("::ffff:192.0.2.7", "n", OPENING)
    assert guesses.allow("192.0.2.8", "n", OPENING)
