"""The page of the states is drawn from the tables, and says something of every state."""

from __future__ import annotations

import re

from counterfoil.books.orders import states as orders
from counterfoil.books.payments import states as payments
from counterfoil.books.slips import states as slips
from tools.reference.pages import ROOT, pages

PAGE = "docs/reference/states.md"


def test_the_page_of_the_states_is_current() -> None:
    assert (ROOT / PAGE).read_text(encoding="utf-8") == pages()[PAGE]


def test_every_way_of_every_machine_is_drawn_and_no_other() -> None:
    drawn = re.findall(r"^    (\w+) --> (\w+): (\w+)$", pages()[PAGE], re.MULTILINE)
    ways = {
        (str(state), str(to), str(event))
        for table in (payments.TRANSITIONS, orders.TRANSITIONS, slips.TRANSITIONS)
        for (state, event), to in table.items()
    }
    assert set(drawn) == ways
    assert len(drawn) == len(ways)
