"""A shop that sells, with cases about its sales: findings come as from the rules, by the desk's own door."""

from __future__ import annotations

from itertools import count
from typing import Any

from counterfoil.books.orders.model import Sale
from counterfoil.counter.authorising import Consent
from counterfoil.db.tables import METADATA
from counterfoil.desk.cases.inbox.model import CaseFile
from counterfoil.desk.cases.inbox.reading import case_file
from counterfoil.desk.cases.model import CaseId
from counterfoil.desk.keeping import keep
from counterfoil.desk.steps.asking_again import ask_again
from counterfoil.desk.steps.giving_back import give_back
from counterfoil.desk.steps.model import Asked, Stepped
from counterfoil.desk.steps.rebuilding import rebuild_order
from counterfoil.ids import StaffId, StoreId
from counterfoil.languages import Language
from counterfoil.refusals import Refused
from counterfoil.shop.staff import store as staff
from counterfoil.shop.staff.model import EVERY_STORE, Grant, Person, Role
from counterfoil.shop.staff.pins import Pin
from tests.counter.acquirer import Fate
from tests.counter.shop import OPENING, PINS, STORE, SUE
from tests.counter.till import Counter, sold
from tests.desk.cases.shop import finding

_presses = count(1)
#: Who works on cases here: finance, support, and a supervisor of another store.
FAY, OLA, TOM = StaffId("fay"), StaffId("ola"), StaffId("tom")


def hire(counter: Counter) -> None:
    """Take on people who work on cases."""
    with counter.database.transaction(counter.merchant_id) as connection:
        for staff_id, role, store_id in (
            (FAY, Role.FINANCE, EVERY_STORE),
            (OLA, Role.SUPPORT, EVERY_STORE),
            (TOM, Role.SUPERVISOR, StoreId("s2")),
        ):
            staff.add_person(
                connection, counter.merchant_id, staff_id, name=staff_id, language=Language.EN, now=OPENING
            )
            grant = Grant(staff_id=staff_id, role=role, store_id=store_id)
            staff.give(connection, counter.merchant_id, grant, now=OPENING)


def who(counter: Counter, staff_id: StaffId) -> Person:
    """Return somebody who works here."""
    with counter.database.transaction(counter.merchant_id) as connection:
        found = staff.person(connection, counter.merchant_id, staff_id)
    assert found is not None
    return found


def found(counter: Counter, name: str, **said: object) -> CaseId:
    """Let the rules find something; return its case."""
    one = finding(name, **{"store_id": STORE, "operator_id": "ann", "occurred_at": counter.clock.now} | said)
    with counter.database.transaction(counter.merchant_id) as connection:
        keep(connection, counter.merchant_id, seen=[one], by="rule", now=counter.clock.now)
    return CaseId(name)


def lost(counter: Counter, name: str) -> None:
    """Let the books agree again."""
    with counter.database.transaction(counter.merchant_id) as connection:
        keep(connection, counter.merchant_id, lost=[name], by="rule", now=counter.clock.now)


def double(counter: Counter, tender: str = "card") -> tuple[str, str, CaseId]:
    """Sell one basket twice, and let the rules find it; returns the second order, its payment, and the case."""
    _first, second, case_id = twins(counter, (tender, 500))
    return second.order_id, second.tenders[0].payment_id, case_id


def twins(counter: Counter, *tenders: tuple[str, int], **said: Any) -> tuple[Sale, Sale, CaseId]:  # noqa: ANN401 — fields of a sale
    """Sell one basket twice, each time by some tenders, and let the rules find it; returns both, and the case."""
    first = counter.sale(*(counter.tender(*one) for one in tenders), **said)
    sold(counter.sell(first))
    counter.clock.passes(seconds=4)
    second = counter.sale(*(counter.tender(*one) for one in tenders), **said)
    sold(counter.sell(second))
    case_id = found(
        counter,
        counter.number("F"),
        exception="duplicate_order",
        diagnosis="double_charge",
        severity="critical",
        subject=f"order:{second.order_id}",
        other_subject=f"order:{first.order_id}",
        amount_at_risk_minor=second.total_minor,
        evidence=[{"table": "orders", "id": second.order_id}, {"table": "orders", "id": first.order_id}],
    )
    return first, second, case_id


def unknown(counter: Counter) -> tuple[str, CaseId]:
    """Charge a code whose answer never comes, and let the rules find it; returns the payment and the case."""
    counter.wechat.plan("charge", Fate.LOST_ANSWER)
    sale = counter.sale(counter.tender("wechat"))
    counter.sell(sale)
    payment_id = sale.tenders[0].payment_id
    assert counter.state(payment_id) == "unknown"
    case_id = found(
        counter,
        counter.number("F"),
        diagnosis="payment_unknown",
        next_step="ask_the_acquirer",
        subject=f"payment:{payment_id}",
        amount_at_risk_minor=500,
    )
    return payment_id, case_id


def billed(counter: Counter, **said: object) -> str:
    """Let a bill list a charge that we lack; returns the record."""
    record_id = counter.number("r")
    row = {
        "merchant_id": counter.merchant_id,
        "record_id": record_id,
        "acquirer": "wechat",
        "source": "bill",
        "kind": "sale",
        "state": "succeeded",
        "amount_minor": 700,
        "currency": "CNY",
        "occurred_at": counter.clock.now,
        "our_reference": counter.number("w"),
        "acquirer_reference": f"420000{record_id}",
        "store_id": STORE,
    } | said
    with counter.database.transaction(counter.merchant_id) as connection:
        connection.execute(METADATA.tables["acquirer_records"].insert(), row)
    return record_id


def leftover(counter: Counter, **said: object) -> tuple[str, CaseId]:
    """Let a bill list a charge that we lack, and let the rules find it; returns the record and the case."""
    record_id = billed(counter, **said)
    case_id = found(
        counter,
        counter.number("F"),
        diagnosis="charged_no_order",
        severity="critical",
        next_step="rebuild_the_order_or_refund",
        subject=f"acquirer_record:{record_id}",
        amount_at_risk_minor=700,
        evidence=[{"table": "acquirer_records", "id": record_id, "file": "bill.csv", "line": 7}],
    )
    return record_id, case_id


def rebuilt(counter: Counter, asked: Asked, goods: str = "two loaves", store: str | None = None) -> Stepped | Refused:
    """Rebuild the order of a charge."""
    return rebuild_order(counter.house, asked, goods=goods, store_id=None if store is None else StoreId(store))


def file_of(counter: Counter, case_id: str) -> CaseFile:
    """Return a case with everything that belongs to it."""
    with counter.database.transaction(counter.merchant_id) as connection:
        answer = case_file(connection, counter.merchant_id, case_id, actor=who(counter, SUE))
    assert isinstance(answer, CaseFile)
    return answer


def press(counter: Counter, case_id: CaseId, about: str, by: StaffId = FAY, **more: Any) -> Asked:  # noqa: ANN401 — fields of a press
    """Press a step's button on the page as it is now."""
    said: dict[str, Any] = {
        "merchant_id": counter.merchant_id,
        "case_id": case_id,
        "about": about,
        "action_id": f"press{next(_presses)}",
        "seen": file_of(counter, case_id).case.version,
        "actor": who(counter, by),
        "now": counter.clock.now,
    }
    return Asked(**said | more)


def consent(by: StaffId = SUE, pin: str | None = None, reason: str = "charged twice") -> Consent:
    """Let a second person allow it."""
    return Consent(authoriser_id=by, pin=Pin(digits=pin or PINS[by]), reason=reason)


def given_back(counter: Counter, asked: Asked, allowed: Consent | None = None) -> Stepped | Refused:
    """Give the money back, allowed by the manager."""
    return give_back(counter.house, asked, allowed or consent())


def asked_again(counter: Counter, asked: Asked) -> Stepped | Refused:
    """Ask the acquirer again."""
    return ask_again(counter.house, asked)
