"""What whoever stands at the till says of a slip: it came out, or it did not."""

from __future__ import annotations

from tests.web.till import BrowserTill, done, no


def sold(till: BrowserTill) -> str:
    sale = till.sale(till.tender())
    done(till.offer(sale))
    return str(sale["order_id"])


def test_a_slip_that_did_not_come_out_is_printed_after_all(till: BrowserTill) -> None:
    order_id = sold(till)
    (failed,) = done(till.ask("POST", f"sales/{order_id}/slips", {"event": "failed", "fault": "not_printed"}))
    assert (failed["state"], failed["fault"]) == ("failed", "not_printed")
    (printed,) = done(till.ask("POST", f"sales/{order_id}/slips", {"event": "printed"}))
    assert (printed["state"], printed["fault"]) == ("printed", None)


def test_a_slip_that_came_out_stays_so_whatever_is_said_later(till: BrowserTill) -> None:
    order_id = sold(till)
    for event in ({"event": "printed"}, {"event": "failed", "fault": "not_printed"}):
        (slip,) = done(till.ask("POST", f"sales/{order_id}/slips", event))
        assert slip["state"] == "printed"


def test_a_failure_without_a_fault_and_a_sale_of_nobody_are_refused(till: BrowserTill) -> None:
    order_id = sold(till)
    assert no(till.ask("POST", f"sales/{order_id}/slips", {"event": "failed"})) == "slip_fault_missing"
    assert till.ask("POST", "sales/nobody/slips", {"event": "printed"}).status_code == 404
