"""What can be ticked in the inbox, and what is said where nothing can."""

from __future__ import annotations

from tests.counter.till import Counter
from tests.desk.steps.shop import found
from tests.web.desk import press, read
from tests.web.shop import Visitor


def test_where_nothing_can_be_ticked_nothing_says_what_to_do_with_ticked_cases(desk: Visitor, counter: Counter) -> None:
    case_id = found(counter, counter.number("F"), next_step="reprint")
    press(desk, case_id, "/closure", reason="harmless", text="It was a test.")
    said = read(desk.get("/desk?state=closed"))
    assert "has no slip" in said
    assert "Tick all" not in said
    assert "With the ticked cases" not in said
