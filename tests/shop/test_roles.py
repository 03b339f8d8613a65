"""Roles and verbs: who may do what, where, how much of it, and who may consent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.shop.staff.model import EVERY_STORE, Ask, Authorisation, Role, Verb
from counterfoil.shop.staff.roles import LIMITS, MATRIX, MAY_GIVE, ROLE_NAMES, Limit
from counterfoil.shop.staff.rules import (
    REASON_LENGTH_MAX,
    WORDS,
    Refusal,
    authorise,
    discount_max,
    may,
    may_give,
    percent,
)

from .stage import NORTH, NOW, SOUTH, somebody

ROLES = st.sampled_from(Role)
ASKS = st.builds(
    Ask,
    verb=st.sampled_from(Verb),
    store_id=st.sampled_from([NORTH, SOUTH]),
    discount_permille=st.integers(0, 1000),
    refund_minor=st.integers(0, 10**9),
)


def test_every_verb_has_a_row_every_role_a_name_and_a_limit_and_every_refusal_its_words() -> None:
    assert set(MATRIX) == set(Verb)
    assert set(ROLE_NAMES) == set(LIMITS) == set(Role)
    assert set(WORDS) == set(Refusal)


@pytest.mark.parametrize("verb", [Verb.VOID, Verb.REFUND, Verb.BLIND_RETURN, Verb.OPEN_DRAWER, Verb.OVERRIDE_PRICE])
def test_a_cashier_has_neither_void_nor_refund_nor_any_other_way_to_the_drawer(verb: Verb) -> None:
    assert may(somebody("ann", Role.CASHIER), Ask(verb=verb, store_id=NORTH)) is Refusal.NOT_GRANTED


def test_a_cashier_gives_no_discount_until_the_policy_lets_them() -> None:
    ask = Ask(verb=Verb.DISCOUNT_LINE, store_id=NORTH, discount_permille=1)
    assert may(somebody("ann", Role.CASHIER), ask) is Refusal.OVER_LIMIT
    limits = {**LIMITS, Role.CASHIER: Limit(discount_permille_max=50)}
    assert may(somebody("ann", Role.CASHIER), ask, limits) is None


def test_an_auditor_only_reads() -> None:
    assert {verb for verb, row in MATRIX.items() if Role.AUDITOR in row.roles} == {Verb.READ_REPORTS, Verb.READ_JOURNAL}


def test_nobody_but_the_owner_decides_the_policy() -> None:
    assert MATRIX[Verb.SET_POLICY].roles == {Role.OWNER}


@given(st.sampled_from(Verb))
def test_the_owner_may_do_everything(verb: Verb) -> None:
    ask = Ask(verb=verb, store_id=NORTH, discount_permille=1000, refund_minor=10**12)
    assert may(somebody("eve", Role.OWNER), ask) is None


@given(ROLES, ASKS)
def test_a_role_at_one_store_is_worth_nothing_at_another(role: Role, ask: Ask) -> None:
    elsewhere = SOUTH if ask.store_id == NORTH else NORTH
    assert may(somebody("ann", role, at=elsewhere), ask) is Refusal.NOT_GRANTED


@given(ROLES, ASKS)
def test_a_role_at_every_store_is_worth_as_much_as_one_at_this_store(role: Role, ask: Ask) -> None:
    assert may(somebody("ann", role), ask) == may(somebody("ann", role, at=ask.store_id), ask)


@given(st.sets(ROLES), ROLES, ASKS)
def test_one_more_role_never_takes_anything_away(roles: set[Role], more: Role, ask: Ask) -> None:
    if may(somebody("ann", *roles), ask) is None:
        assert may(somebody("ann", *roles, more), ask) is None


def test_the_limit_of_one_role_does_not_stretch_the_verb_of_another() -> None:
    """Finance refunds any amount, and has no discounts at all; a supervisor's discounts end at their own limit."""
    both = somebody("ann", Role.SUPERVISOR, Role.FINANCE)
    assert may(both, Ask(verb=Verb.REFUND, store_id=NORTH, refund_minor=10**9)) is None
    assert may(both, Ask(verb=Verb.VOID, store_id=NORTH, refund_minor=10**9)) is Refusal.OVER_LIMIT
    assert may(both, Ask(verb=Verb.DISCOUNT_LINE, store_id=NORTH, discount_permille=201)) is Refusal.OVER_LIMIT


def test_somebody_who_has_left_may_nothing() -> None:
    assert may(somebody("ann", Role.OWNER, retired_at=NOW), Ask(verb=Verb.SELL, store_id=NORTH)) is Refusal.RETIRED


def test_a_second_person_consents_with_a_reason() -> None:
    ask = Ask(verb=Verb.VOID, store_id=NORTH, refund_minor=1_250)
    consent = authorise(somebody("ann").staff_id, somebody("bob", Role.SUPERVISOR), ask, " wrong tender ")
    assert consent == Authorisation(authoriser_id=somebody("bob").staff_id, verb=Verb.VOID, reason="wrong tender")


@given(ROLES, ASKS, st.text())
def test_nobody_consents_to_what_they_do_themselves(role: Role, ask: Ask, reason: str) -> None:
    ann = somebody("ann", role)
    assert authorise(ann.staff_id, ann, ask, reason) is Refusal.SAME_PERSON


@given(ROLES, ASKS)
def test_nobody_consents_to_what_they_may_not_do(role: Role, ask: Ask) -> None:
    bob = somebody("bob", role)
    refused = may(bob, ask)
    answer = authorise(somebody("ann").staff_id, bob, ask, "because")
    assert answer == (refused or Authorisation(authoriser_id=bob.staff_id, verb=ask.verb, reason="because"))


@pytest.mark.parametrize(
    ("reason", "refusal"), [(" \t", Refusal.REASON_MISSING), ("x" * (REASON_LENGTH_MAX + 1), Refusal.REASON_TOO_LONG)]
)
def test_a_consent_without_a_proper_reason_is_none(reason: str, refusal: Refusal) -> None:
    ask = Ask(verb=Verb.VOID, store_id=NORTH)
    assert authorise(somebody("ann").staff_id, somebody("bob", Role.MANAGER), ask, reason) is refusal


def test_how_much_somebody_may_take_off_is_the_most_of_the_roles_that_may_do_it() -> None:
    both = somebody("bob", Role.CASHIER, Role.SUPERVISOR)
    assert discount_max(both, Verb.DISCOUNT_LINE, NORTH) == 200
    assert discount_max(somebody("ann", Role.CASHIER), Verb.DISCOUNT_CART, NORTH) == 0
    assert discount_max(somebody("sue", Role.MANAGER, at=NORTH), Verb.DISCOUNT_CART, SOUTH) == 0


def test_thousandths_are_said_in_per_cent() -> None:
    assert [percent(n) for n in (0, 1, 100, 125, 1000)] == ["0", "0.1", "10", "12.5", "100"]


def test_a_manager_makes_no_managers() -> None:
    manager = somebody("bob", Role.MANAGER)
    assert may_give(manager, Role.CASHIER, NORTH) is None
    for role in set(Role) - MAY_GIVE[Role.MANAGER]:
        assert may_give(manager, role, NORTH) is Refusal.NOT_GRANTED


def test_a_manager_of_one_store_gives_no_role_at_every_store() -> None:
    manager = somebody("bob", Role.MANAGER, at=NORTH)
    assert may_give(manager, Role.CASHIER, NORTH) is None
    assert may_give(manager, Role.CASHIER, EVERY_STORE) is Refusal.NOT_GRANTED
