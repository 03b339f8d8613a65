"""Rows of the books laid out in time: what stands where, what is marked, what is hidden. No database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from counterfoil.desk.timeline.lay import MASK, Finding, timeline_of
from counterfoil.desk.timeline.model import Books, Lane, Moment, Timeline, Tone
from counterfoil.languages import Language
from counterfoil.shop.catalogue.model import Named
from counterfoil.shop.pricing.line_names import LineNames

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def order(name: str, **more: object) -> dict[str, Any]:
    return {
        "order_id": name,
        "store_id": "s1",
        "terminal_id": "t1",
        "operator_id": "ann",
        "placed_at": NOON,
        "closed_at": NOON + timedelta(seconds=3),
        "state": "paid",
        "total_minor": 500,
        "currency": "CNY",
        "request_id": name,
        "fulfilment": "carry_out",
    } | more


def payment(name: str, **more: object) -> dict[str, Any]:
    return {
        "payment_id": name,
        "order_id": "A",
        "kind": "sale",
        "tender": "card",
        "amount_minor": 500,
        "currency": "CNY",
        "state": "approved",
        "occurred_at": NOON + timedelta(seconds=1),
        "decided_at": NOON + timedelta(seconds=2),
        "acquirer": "bank",
        "instrument_tail": "4242",
        "authoriser_id": None,
        "reason": None,
        "stan": None,
        "rrn": None,
        "approval_code": None,
    } | more


def fact(subject: str, event: str, seconds: float, **body: object) -> dict[str, Any]:
    return {
        "subject": subject,
        "tag": f"payment:sale:{event}",
        "occurred_at": NOON + timedelta(seconds=seconds),
        "body": {"because": "it said so", **body},
    }


def laid(*findings: Finding, **tables: list[dict[str, Any]]) -> Timeline:
    return timeline_of(Books(tables=tables), findings)


def finding(**more: Any) -> Finding:  # noqa: ANN401 — fields of a finding
    said: dict[str, Any] = {"diagnosis": "paid_no_slip", "subject": "order:A", "other_subject": None, "evidence": []}
    return Finding(**said | more)


def told(timeline: Timeline) -> list[str]:
    return [moment.what.en for moment in timeline.moments]


def test_moments_stand_in_the_order_of_time() -> None:
    timeline = laid(orders=[order("A")], payments=[payment("P")])
    assert told(timeline) == ["Order rung up", "Payment begun", "Approved", "Paid"]


def test_what_happened_at_nearly_the_same_time_stands_in_one_row_from_left_to_right() -> None:
    timeline = laid(orders=[order("A")], payments=[payment("P")])
    assert [[moment.what.en for moment in row] for row in timeline.rows] == [
        ["Order rung up", "Payment begun"],
        ["Approved"],
        ["Paid"],
    ]


def test_what_happened_later_begins_a_row_of_its_own() -> None:
    later = NOON + timedelta(minutes=5)
    timeline = laid(orders=[order("A")], payments=[payment("P", occurred_at=later, decided_at=later)])
    assert [[moment.what.en for moment in row] for row in timeline.rows][:2] == [["Order rung up"], ["Paid"]]


def test_the_answers_of_a_payment_stand_as_the_journal_tells_them() -> None:
    facts = [fact("payment:P", "silent", 40), fact("payment:P", "approved", 60, source="inquiry")]
    timeline = laid(payments=[payment("P")], journal=facts)
    assert told(timeline) == ["Payment begun", "No answer", "Approved"]
    assert timeline.moments[1].tone is Tone.OPEN


def test_what_was_asked_many_times_stands_once_and_is_counted() -> None:
    facts = [fact("payment:P", "silent", seconds) for seconds in range(40, 90, 10)]
    timeline = laid(payments=[payment("P", state="unknown")], journal=facts)
    assert [(moment.what.en, moment.times_n) for moment in timeline.moments] == [("Payment begun", 1), ("No answer", 5)]


def test_rows_that_a_finding_points_at_are_marked_once_with_file_and_line() -> None:
    evidence = [{"table": "orders", "id": "A", "file": "orders.csv", "line": 12}]
    timeline = laid(finding(evidence=evidence), orders=[order("A"), order("B")])
    marked = [moment for moment in timeline.moments if moment.is_evidence]
    assert [(moment.subject, moment.file, moment.line) for moment in marked] == [("order:A", "orders.csv", 12)]


def test_what_a_finding_misses_is_a_gap_in_its_lane() -> None:
    (gap,) = laid(finding(), orders=[order("A")]).gaps
    assert gap.lane is Lane.SLIPS


def test_the_five_lanes_are_there_even_where_a_book_is_silent_and_the_terminal_s_only_where_it_spoke() -> None:
    assert len(laid(orders=[order("A")]).lanes) == 5
    spoke = {"terminal_id": "t1", "occurred_at": NOON, "kind": "printer", "value": "paper_out", "detail": None}
    timeline = laid(orders=[order("A")], terminal_events=[spoke])
    assert timeline.lanes[-1] is Lane.AROUND
    assert [moment.tone for moment in timeline.moments if moment.lane is Lane.AROUND] == [Tone.BAD]


def _details(moment: Moment) -> str:
    return " ".join(f"{detail.label.en}={detail.value.en}" for detail in moment.details)


def test_nobody_can_be_found_by_what_is_shown() -> None:
    hidden = payment("P", reason="call 13912345678 or a@b.example", instrument_tail="4242424242424242")
    begun = laid(payments=[hidden | {"instrument_key": "k" * 32}]).moments[0]
    assert f"reason=call {MASK} or {MASK}" in _details(begun)
    assert "card ending=4242" in _details(begun)
    assert "k" * 32 not in _details(begun)


def test_an_open_order_says_so_without_a_time() -> None:
    last = laid(orders=[order("A", state="open", closed_at=None)]).moments[-1]
    assert (last.what.en, last.at) == ("Left open", None)


def test_two_orders_differ_in_what_differs() -> None:
    lines = [line(name, "bread", "bread") | {"quantity": Decimal("2.0000")} for name in ("A", "B")]
    second = order("B", placed_at=NOON + timedelta(seconds=4), terminal_id="t2", request_id="A")
    one = finding(diagnosis="double_entry", subject="order:B", other_subject="order:A")
    twins = laid(one, orders=[second, order("A")], order_lines=lines).twins
    assert twins is not None
    assert (twins.first_id, twins.second_id) == ("A", "B")
    assert [field.label.en for field in twins.fields if field.differs] == ["Rung up", "Till"]
    (goods,) = (field for field in twins.fields if field.label.en == "Goods")
    assert [f"{line.quantity} × {line.name.en}" for line in goods.left] == ["2 × bread"]


def test_goods_are_called_as_the_reader_calls_them_and_two_languages_are_no_difference() -> None:
    lines = [line("A", "bread", "Bread"), line("B", "bread", "面包"), line("A", "gone", "Old tea")]
    names = LineNames(items={"bread": Named(en="Wheat bread", zh="面包")})
    one = finding(diagnosis="double_entry", subject="order:B", other_subject="order:A")
    books = Books(tables={"orders": [order("A"), order("B")], "order_lines": lines[:2]}, names=names)
    twins = timeline_of(books, [one]).twins
    assert twins is not None
    (goods,) = (field for field in twins.fields if field.label.en == "Goods")
    (left,), (right,) = goods.left, goods.right
    assert not goods.differs
    assert (left.name.en, left.name.zh) == (right.name.en, right.name.zh) == ("Wheat bread", "面包")
    # What it was sold as is a fact, and stands there where the reader is shown something else.
    assert [left.sold_otherwise(language) for language in Language] == ["Bread", "Bread"]
    assert [right.sold_otherwise(language) for language in Language] == ["面包", None]
    # An item that is gone, or has no name in this language, is called as it was sold.
    gone = Books(tables={"orders": [order("A"), order("B")], "order_lines": lines[2:]}, names=names)
    told_twins = timeline_of(gone, [one]).twins
    assert told_twins is not None
    (old,) = next(field.left for field in told_twins.fields if field.label.en == "Goods")
    assert (old.name.en, old.name.zh, old.sold_otherwise(Language.ZH)) == ("Old tea", "Old tea", None)


def test_an_answer_is_told_by_its_meaning_with_the_code_beside_it_and_what_can_be_done() -> None:
    no = {"source": "answer", "decline": "insufficient_funds", "response_code": "51"}
    declined = fact("payment:P", "declined", 2, **no, because="the host refused it with code 51")
    (told,) = (
        moment.details
        for moment in laid(payments=[payment("P", state="declined")], journal=[declined]).moments
        if moment.what.en == "Declined"
    )
    assert [(one.label.zh, one.value.zh) for one in told] == [
        ("来源", "应答"),
        ("应答", "余额不足（银行原代码：51）"),
        ("依据", "主机拒绝，应答码 51"),
        ("处理建议", "可部分付款，或换卡、换码、付现金。"),
    ]
    assert told[1].value.en == "the balance is too low (the bank’s own code: 51)"


def test_what_goes_back_is_not_advised_to_be_paid_otherwise() -> None:
    rows = [payment("P", kind="refund", state="declined")]
    for code, advised in (("51", False), ("64", True)):
        no = {"decline": "refund_too_large", "response_code": code}
        moments = laid(payments=rows, journal=[fact("payment:P", "declined", 2, **no)]).moments
        labels = [one.label.en for moment in moments for one in moment.details]
        assert ("what helps" in labels) is advised, code


def line(of: str, sku: str, name: str) -> dict[str, Any]:
    return {
        "order_id": of,
        "sku": sku,
        "name": name,
        "line_kind": "goods",
        "quantity": Decimal(1),
        "voided_at": None,
    }


def test_one_order_has_no_twin() -> None:
    assert laid(finding(), orders=[order("A")]).twins is None
    assert laid(finding(other_subject="order:gone"), orders=[order("A")]).twins is None


def test_a_trouble_is_told_in_words_and_one_that_nobody_knows_as_it_stands() -> None:
    scans = [
        {
            "parcel_id": "K",
            "occurred_at": NOON + timedelta(hours=hour),
            "status": "delivery_failed",
            "reason": reason,
            "place": None,
        }
        for hour, reason in enumerate(("consignee_address_incomplete", "carrier_strike"))
    ]
    told = [moment.details[0].value for moment in laid(tracking_events=scans).moments]
    assert [(value.en, value.zh) for value in told] == [
        ("address incomplete", "地址不完整"),
        ("carrier_strike", "carrier_strike"),
    ]


def test_a_network_that_is_on_line_again_is_no_trouble() -> None:
    spoke = [
        {"terminal_id": "t1", "occurred_at": NOON, "kind": "network", "value": value, "detail": None}
        for value in ("offline", "online")
    ]
    told = [(one.tone, one.details[0].value.en) for one in laid(terminal_events=spoke).moments]
    assert told == [(Tone.BAD, "off line"), (Tone.PLAIN, "on line")]
