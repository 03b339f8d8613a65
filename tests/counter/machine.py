"""The tills of the machine: sales, repeats, uploads, tenders and parked orders, with any fate of their payments."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, rule

from counterfoil.books.orders.model import Sale
from counterfoil.counter import charging, resolving, selling
from counterfoil.counter.answers import Recorded, SaleAnswer
from counterfoil.counter.taking_answers import Taken
from counterfoil.db.engine import Database
from counterfoil.ids import MerchantId
from counterfoil.refusals import Refused
from tests.counter.acquirer import Fate, SimulatedAcquirer
from tests.counter.auditor import Auditor
from tests.counter.shop import BEN, PRICES, T1, T2
from tests.counter.till import Counter, counter_over, sale_line, with_other

FATES = [fate for fate in Fate if fate is not Fate.OTHER_AMOUNT]
#: An undo whose screen lies is found by the bill alone; here it would only hide other faults.
UNDO_FATES = [fate for fate in FATES if fate is not Fate.FALSELY_DECLINED]
REVERSE_FATES = [Fate.FINE, Fate.LOST_REQUEST, Fate.LOST_ANSWER, Fate.LATE_REQUEST, Fate.DECLINED]
POINTS = [
    "sale:committed",
    "payment:intended",
    "payment:sent",
    "payment:recorded",
    "reversal:intended",
    "reversal:sent",
]

_numbers = count(1)
_mostly_fine = st.lists(st.sampled_from([Fate.FINE, *FATES]), max_size=3)


class Crash(Exception):
    """The process died here."""


@contextmanager
def crashing_at(point: str | None) -> Iterator[None]:
    """Let the flow end at a point, as if the process did."""
    if point is None:
        yield
        return

    def dies(name: str) -> None:
        if name == point:
            raise Crash

    modules: list[Any] = [selling, charging, resolving]
    before = [module.passing for module in modules]
    for module in modules:
        module.passing = dies
    try:
        yield
    finally:
        for module, passing in zip(modules, before, strict=True):
            module.passing = passing


class Tills(RuleBasedStateMachine):
    """One shop for one example, and what its tills do."""

    town: Database
    sales = Bundle("sales")
    paid = Bundle("paid")
    undos = Bundle("undos")

    def __init__(self) -> None:
        super().__init__()
        self.counter: Counter = counter_over(self.town, MerchantId(f"machine{next(_numbers)}"))
        for acquirer in self.counter.acquirers:
            acquirer.guards_refunds = False
        self.auditor = Auditor(self.counter)

    # ------------------------------------------------------------ the till

    def _acquirer(self, tender: str) -> SimulatedAcquirer | None:
        return {"card": self.counter.host, "wechat": self.counter.wechat}.get(tender)

    def _plan(self, sale_tenders: list[str], verb: str, fates: list[Fate]) -> None:
        for acquirer in self.counter.acquirers:
            acquirer._plans.pop(verb, None)
        for tender, fate in zip(sale_tenders, fates, strict=False):
            acquirer = self._acquirer(tender)
            if acquirer is not None:
                acquirer.plan(verb, fate)

    def _doubt(self, name: str, fate: Fate | None) -> None:
        if fate in {Fate.FALSELY_DECLINED, Fate.LATE_REQUEST}:
            self.auditor.untold.add(name)

    @rule(
        target=sales,
        tenders=st.lists(st.sampled_from(["cash", "card", "wechat"]), max_size=3),
        pieces=st.integers(1, 4),
        sku=st.sampled_from(sorted(PRICES)),
        terminal=st.sampled_from([T1, T2]),
        parked=st.booleans(),
        whole=st.booleans(),
        fates=_mostly_fine,
        crash=st.none() | st.sampled_from(POINTS),
    )
    def sell(
        self,
        tenders: list[str],
        pieces: int,
        sku: str,
        terminal: str,
        parked: bool,  # noqa: FBT001 — as above
        whole: bool,  # noqa: FBT001 — as above
        fates: list[Fate],
        crash: str | None,
    ) -> Sale:
        line = sale_line(sku, pieces)
        shares = self._shares(line.amount_minor, len(tenders), whole=whole)
        told = [self.counter.tender(tender, share) for tender, share in zip(tenders, shares, strict=True) if share]
        sale = self.counter.sale(*told, lines=[line], terminal_id=terminal, parked=parked)
        self._plan([one.tender for one in told], "charge", fates)
        self._charged([one.payment_id for one in told if one.tender != "cash"], fates)
        with crashing_at(crash):
            try:
                answer = self.counter.sell(sale)
                assert isinstance(answer, SaleAnswer), answer
                assert answer.recorded is Recorded.CREATED
            except Crash:
                pass
        self.auditor.drawer += sum(one.amount_minor for one in told if one.tender == "cash")
        return sale

    def _charged(self, names: list[str], fates: list[Fate]) -> None:
        # Which fate meets which message depends on the acquirer; a doubt too many hides little, one too few accuses.
        if {Fate.FALSELY_DECLINED, Fate.LATE_REQUEST} & set(fates):
            self.auditor.untold.update(names)

    @staticmethod
    def _shares(total: int, among: int, *, whole: bool) -> list[int]:
        if among == 0:
            return []
        share = total // among if whole else total // (among + 1)
        return [share] * (among - 1) + [total - share * (among - 1) if whole else share]

    @rule(sale=sales, other_terminal=st.booleans())
    def offer_again(self, sale: Sale, other_terminal: bool) -> None:  # noqa: FBT001 — hypothesis names it
        answer = self.counter.sell(
            with_other(sale, terminal_id=T2 if sale.terminal_id == T1 else T1) if other_terminal else sale
        )
        assert isinstance(answer, SaleAnswer)
        assert answer.recorded == ("exists_with_different_terminal_id" if other_terminal else "exists")
        assert answer.order_id == sale.order_id

    @rule(sale=sales)
    def offer_the_same_press_under_another_order(self, sale: Sale) -> None:
        twin = with_other(sale, order_id=self.counter.number("twin"), request_id=sale.order_id)
        answer = self.counter.sell(twin)
        assert isinstance(answer, SaleAnswer)
        assert answer.order_id == sale.order_id
        assert answer.recorded is not Recorded.CREATED

    @rule(sale=sales, pieces=st.integers(1, 3))
    def upload_a_batch_with_doubles(self, sale: Sale, pieces: int) -> None:
        line = sale_line("egg", pieces)
        fresh = self.counter.sale(self.counter.tender("cash", line.amount_minor), lines=[line])
        wrong = with_other(fresh, order_id=self.counter.number("o"), total_minor=1)
        answers = self.counter.sell_all([sale, fresh, wrong, fresh, sale])
        said = [answer.recorded if isinstance(answer, SaleAnswer) else answer for answer in answers]
        assert [said[0], said[1], said[3], said[4]] == ["exists", "created", "exists", "exists"]
        assert isinstance(said[2], Refused)
        self.auditor.drawer += line.amount_minor

    @rule(
        sale=sales,
        tender=st.sampled_from(["cash", "card", "wechat"]),
        fates=_mostly_fine,
        crash=st.none() | st.sampled_from(POINTS),
        twice=st.booleans(),
    )
    def add_tender(self, sale: Sale, tender: str, fates: list[Fate], crash: str | None, twice: bool) -> None:  # noqa: FBT001 — as above
        due = sale.total_minor - self._held(sale)
        told = self.counter.tender(tender, max(due, 1))
        self._plan([tender], "charge", fates)
        try:
            with crashing_at(crash):
                answer = self.counter.add_tender(sale.order_id, told)
        except Crash:
            self._charged([told.payment_id], fates)
            return
        if isinstance(answer, Taken) and tender == "cash":
            self.auditor.drawer += told.amount_minor
        if isinstance(answer, Taken) and tender != "cash":
            self._charged([told.payment_id], fates)
        if twice and isinstance(answer, Taken):
            again = self.counter.add_tender(sale.order_id, told)
            assert isinstance(again, Taken)
            assert again.payment.payment_id == told.payment_id

    def _held(self, sale: Sale) -> int:
        rows = self.counter.rows(
            "SELECT amount_minor - refunded_minor AS held FROM payments WHERE order_id = :id AND kind = 'sale' "
            "AND state = 'approved' AND standing <> 'voided'",
            id=sale.order_id,
        )
        return sum(row["held"] for row in rows)

    @rule(sale=sales, what=st.sampled_from(["park", "recall", "cancel"]))
    def let_wait(self, sale: Sale, what: str) -> None:
        parking = self.counter.house.parking
        if what == "cancel":
            parking.cancel(self.counter.merchant_id, sale.order_id, BEN, "the customer left")
        else:
            getattr(parking, what)(self.counter.merchant_id, sale.order_id, BEN)
