"""A till in a browser sells under its own name, by who stands there, and for real."""

from __future__ import annotations

from tests.counter.shop import BEN, T2
from tests.web.till import BrowserTill, no


def test_a_sale_of_another_till_or_operator_or_of_practice_is_refused(till: BrowserTill) -> None:
    assert no(till.offer(till.sale(till.tender(), terminal_id=T2))) == "unknown_terminal"
    # Practice is in no figure and no finding: a cashier could have kept what it took.
    assert no(till.offer(till.sale(till.tender(), training=True))) == "no_practice_here"
    assert no(till.offer(till.sale(till.tender(), operator_id=BEN))) == "unknown_operator"
    assert till.counter.counts()["orders"] == 0


def test_the_list_of_shortcuts_at_a_till_is_of_the_keys_that_act_there(till: BrowserTill) -> None:
    page = till.page()
    assert '<kbd class="key">F9</kbd></dt><dd>Take the payment' in page
    assert "Tick the row" not in page
