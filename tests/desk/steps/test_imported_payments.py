"""Money of a payment that was imported goes back like our own, where a channel leads to its acquirer."""

from __future__ import annotations

from counterfoil.books.payments.model import Kind
from counterfoil.db.tables import METADATA
from counterfoil.desk.cases.model import CaseId
from counterfoil.desk.steps.model import Came, Stepped
from tests.counter.acquirer import Movement
from tests.counter.shop import STORE
from tests.counter.till import Counter, no
from tests.desk.steps.shop import file_of, found, given_back, press


def imported(counter: Counter, *, refunded_minor: int = 0, acquirer: str = "wechat") -> CaseId:
    """Take in a sale from elsewhere, with what was refunded of it there, found by the rules; returns the case."""
    row: dict[str, object] = {
        "merchant_id": counter.merchant_id,
        "payment_id": "OLD1",
        "order_id": "O1",
        "return_id": None,
        "kind": "sale",
        "tender": "wechat",
        "amount_minor": 700,
        "currency": "CNY",
        "state": "approved",
        "occurred_at": counter.clock.now,
        "acquirer": acquirer,
        "store_id": STORE,
        "entered_by": "import",
        "standing": "held",
        "refunded_minor": refunded_minor,
        "original_payment_id": None,
    }
    there: dict[str, object] = {"payment_id": "OLD2", "kind": "refund", "amount_minor": refunded_minor}
    rows = [row, {**row, **there, "standing": None, "refunded_minor": 0, "original_payment_id": "OLD1"}]
    with counter.database.transaction(counter.merchant_id) as connection:
        for each in rows[: 2 if refunded_minor else 1]:
            connection.execute(METADATA.tables["payments"].insert(), each)
    counter.wechat.movements["OLD1"] = Movement(kind=Kind.SALE, amount_minor=700, original=None, done=True)
    counter.clock.passes(days=2)
    return found(
        counter,
        counter.number("F"),
        exception="missing_slip",
        diagnosis="charged_no_order",
        severity="critical",
        next_step="rebuild_the_order_or_refund",
        subject="payment:OLD1",
        amount_at_risk_minor=700,
    )


def counted(counter: Counter) -> tuple[int, int]:
    (row,) = counter.rows("SELECT refunded_minor, refund_reserved_minor FROM payments WHERE payment_id = 'OLD1'")
    return row["refunded_minor"], row["refund_reserved_minor"]


def test_it_is_refunded_once_through_its_channel(counter: Counter) -> None:
    case_id = imported(counter)
    asked = press(counter, case_id, "OLD1")
    for repeated in (False, True):
        answer = given_back(counter, asked)
        assert isinstance(answer, Stepped)
        assert (answer.came, answer.repeated) == (Came.DONE, repeated)
    assert counter.wechat.refunded("OLD1") == 700
    assert counted(counter) == (700, 0)


def test_what_was_refunded_elsewhere_still_counts_after_a_refund_of_ours(counter: Counter) -> None:
    case_id = imported(counter, refunded_minor=200)
    answer = given_back(counter, press(counter, case_id, "OLD1"))
    assert isinstance(answer, Stepped)
    assert answer.payment is not None
    assert (answer.payment.kind, answer.payment.amount_minor) == (Kind.REFUND, 500)
    assert counted(counter) == (700, 0)
    assert no(given_back(counter, press(counter, case_id, "OLD1"))) == "not_offered"


def test_where_no_channel_leads_to_its_acquirer_it_is_refused_by_name_and_no_money_is_set_aside(
    counter: Counter,
) -> None:
    case_id = imported(counter, acquirer="elsewhere")
    assert no(given_back(counter, press(counter, case_id, "OLD1"))) == "no_channel"
    assert counted(counter) == (0, 0)
    assert counter.value("SELECT count(*) FROM payments") == 1
    begun, ended = file_of(counter, case_id).events[-2:]
    assert (str(begun.kind), ended.body["came"], ended.body["code"]) == ("begun", "refused", "no_channel")
