"""Every state of a payment and of an order against every event: what is not in the table changes nothing."""

from __future__ import annotations

import pytest

from counterfoil.books.orders import states as orders
from counterfoil.books.payments import states as payments

# Written by hand from the design: intended → approved | declined | unknown, unknown → approved | declined | cancelled;
# an end is left by nothing but the acquirer's own word against it.
_PAYMENTS = """
             approved   declined   silent    withdrawn   reversed    contradicted
intended     approved   declined   unknown   cancelled   -           -
approved     -          -          -         -           -           unknown
declined     -          -          -         -           -           unknown
unknown      approved   declined   unknown   -           cancelled   -
cancelled    -          -          -         -           -           unknown
"""
_ORDERS = """
             paid   voided   cancelled   reopened
open         paid   -        cancelled   -
paid         -      voided   -           open
voided       -      -        -           -
cancelled    -      -        -           -
"""


def _grid(text: str) -> dict[tuple[str, str], str | None]:
    heads, *rows = [line.split() for line in text.strip().splitlines()]
    return {
        (state, event): None if to == "-" else to
        for state, *cells in rows
        for event, to in zip(heads, cells, strict=True)
    }


@pytest.mark.parametrize(("pair", "to"), _grid(_PAYMENTS).items())
def test_a_payment_moves_by_its_table_and_by_nothing_else(pair: tuple[str, str], to: str | None) -> None:
    state, event = payments.State(pair[0]), payments.Event(pair[1])
    if to is not None:
        assert payments.advance(state, event) == to
        return
    with pytest.raises(payments.IllegalEvent) as raised:
        payments.advance(state, event)
    assert (raised.value.state, raised.value.event) == (state, event)
    assert str(raised.value) == f"a payment that is {state} cannot be {event}"


@pytest.mark.parametrize(("pair", "to"), _grid(_ORDERS).items())
def test_an_order_moves_by_its_table_and_by_nothing_else(pair: tuple[str, str], to: str | None) -> None:
    state, event = orders.State(pair[0]), orders.Event(pair[1])
    if to is not None:
        assert orders.advance(state, event) == to
        return
    with pytest.raises(orders.IllegalEvent) as raised:
        orders.advance(state, event)
    assert (raised.value.state, raised.value.event) == (state, event)


def test_the_grids_have_every_state_and_every_event() -> None:
    assert set(_grid(_PAYMENTS)) == {(state, event) for state in payments.State for event in payments.Event}
    assert set(_grid(_ORDERS)) == {(state, event) for state in orders.State for event in orders.Event}


def test_every_open_state_of_a_payment_has_a_way_to_every_end() -> None:
    for state in payments.OPEN:
        reached = {to for (at, _), to in payments.TRANSITIONS.items() if at is state}
        assert reached >= payments.ENDS
    assert set(payments.State) == payments.ENDS | payments.OPEN
    assert not payments.ENDS & payments.OPEN


def test_nothing_leads_from_silence_to_a_decline() -> None:
    """An unknown outcome never decays into "failed"; only an acquirer's word or a proof ends it."""
    assert payments.advance(payments.State.INTENDED, payments.Event.SILENT) is payments.State.UNKNOWN
    assert payments.advance(payments.State.UNKNOWN, payments.Event.SILENT) is payments.State.UNKNOWN
