"""The auditor's counts: each a question with the ids that answer it. Pure.

Some of them a finding may excuse, if it is open, of the right diagnosis and names the very row: the shop knows then.
The others nothing excuses: no finding makes up for a sale that was lost.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from counterfoil.storm.auditor.evidence import Evidence, Paid

_OPEN = frozenset({"intended", "unknown"})
_UNDO = frozenset({"void", "reversal"})
_EVER_PAID = frozenset({"paid", "voided"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """One question's answer."""

    name: str
    #: What disagrees and has no open finding; the storm is lost if there is any.
    ids: tuple[str, ...]
    #: What disagrees, and an open finding says so.
    known_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """One thing that disagrees: its id, and the ids by which a finding may name it."""

    what: str
    names: frozenset[str]


#: By count: diagnoses that tell of it.
EXCUSES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "charged_without_order": frozenset(
            {
                *("charged_no_order", "charged_amount_differs", "payment_unknown", "offline_not_synced"),
                *("one_order_two_payments", "void_not_honoured", "void_unknown", "refund_not_received"),
            }
        ),
        "order_without_charge": frozenset(
            {
                *("paid_not_charged", "charged_amount_differs", "payment_unknown", "phantom_reversal"),
                *("refund_without_order", "refund_amount_differs", "double_refund", "refund_exceeds_order"),
                *("void_unknown", "refund_not_received"),
            }
        ),
        "charged_twice": frozenset(
            {"double_charge", "double_entry", "replayed_request", "one_order_two_payments", "charged_no_order"}
        ),
        "unknown_beyond_time": frozenset({"payment_unknown", "void_unknown", "refund_not_received"}),
    }
)


def counts_of(evidence: Evidence) -> tuple[Count, ...]:
    """Answer every question."""
    asked: Mapping[str, Callable[[Evidence], Iterable[_Told]]] = {
        "charged_without_order": _charged_without_order,
        "order_without_charge": _order_without_charge,
        "charged_twice": _charged_twice,
        "unknown_beyond_time": _unknown,
        "one_charge_twice": _one_charge_twice,
        "refunded_twice": _refunded_twice,
        "refunded_above_capture": _refunded_above_capture,
        "lost_sales": _lost_sales,
        "slip_missing": _slip_missing,
        "stock_off": lambda each: (_told(name) for name in each.books.stock_off),
        "findings_outlived": lambda each: (_told(name) for name in each.books.outlived),
        "fact_fold_differs": lambda each: (_told(name) for name in each.books.fold_off),
    }
    counted = [_counted(name, answer(evidence), evidence) for name, answer in asked.items()]
    missing = sorted({what for count in counted if count.name in EXCUSES for what in count.ids})
    return (*counted, Count(name="findings_missing", ids=tuple(missing)))


def _counted(name: str, told: Iterable[_Told], evidence: Evidence) -> Count:
    excuses = EXCUSES.get(name, frozenset())
    named = {one for found in evidence.books.findings if found.diagnosis in excuses for one in found.names}
    by_id = {each.what: each for each in told}
    known = {what for what, each in by_id.items() if not named.isdisjoint(each.names)}
    return Count(name=name, ids=tuple(sorted(by_id.keys() - known)), known_ids=tuple(sorted(known)))


def _told(what: str, *names: str | None) -> _Told:
    return _Told(what=what, names=frozenset(name for name in (what, *names) if name is not None))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Account:
    """What our rows say of one sale payment."""

    sale: Paid
    undone: bool
    given_back_minor: int
    #: Something of it is still unknown: it is counted there, and not compared.
    is_open: bool

    @property
    def net_minor(self) -> int:
        """What we hold of it by our own rows."""
        return 0 if self.sale.state != "approved" or self.undone else self.sale.amount_minor - self.given_back_minor


def _accounts(evidence: Evidence) -> Mapping[str, _Account]:
    later: dict[str, list[Paid]] = defaultdict(list)
    for paid in evidence.books.payments.values():
        if paid.original_id is not None:
            later[paid.original_id].append(paid)
    accounts = {}
    for name, sale in evidence.books.payments.items():
        if sale.kind != "sale":
            continue
        of_it = later.get(name, [])
        accounts[name] = _Account(
            sale=sale,
            undone=any(one.kind in _UNDO and one.state == "approved" for one in of_it),
            given_back_minor=sum(one.amount_minor for one in of_it if one.kind == "refund" and one.state == "approved"),
            is_open=sale.state in _OPEN or any(one.state in _OPEN for one in of_it if one.kind != "reversal"),
        )
    return accounts


def _charged_without_order(evidence: Evidence) -> Iterator[_Told]:
    """The acquirer holds more for us than our rows say, or money is held on an order that is not paid."""
    accounts = _accounts(evidence)
    for name, sale in evidence.sales.items():
        account = accounts.get(name)
        ours = 0 if account is None else account.net_minor
        if sale.net_minor > ours and (account is None or not account.is_open):
            yield _told(name, None if account is None else account.sale.order_id)
    held: dict[str, int] = defaultdict(int)
    for account in accounts.values():
        if account.sale.order_id is not None:
            held[account.sale.order_id] += account.net_minor
    for order_id, minor in held.items():
        order = evidence.books.orders.get(order_id)
        is_stuck = order is not None and order.state == "open" and minor >= order.total_minor
        if minor > 0 and (order is None or order.state in {"cancelled", "voided"} or is_stuck):
            yield _told(order_id)


def _order_without_charge(evidence: Evidence) -> Iterator[_Told]:
    """Our rows say that we hold more than the acquirer does, or an order is paid by less than its total."""
    accounts = _accounts(evidence)
    taken: dict[str, int] = defaultdict(int)
    for name, account in accounts.items():
        sale = account.sale
        if sale.order_id is not None and sale.state == "approved":
            taken[sale.order_id] += sale.amount_minor
        true = evidence.sales.get(name)
        theirs = 0 if true is None else true.net_minor
        if sale.is_away and account.net_minor > theirs and not account.is_open:
            yield _told(name, sale.order_id)
    for order_id, order in evidence.books.orders.items():
        if order.state in _EVER_PAID and taken[order_id] < order.total_minor:
            yield _told(order_id)


def _charged_twice(evidence: Evidence) -> Iterator[_Told]:
    """For one purchase more is held than it comes to, whatever orders were made of it: by card there, in cash here."""
    accounts = _accounts(evidence)
    held: dict[int, int] = defaultdict(int)
    names: dict[int, set[str]] = defaultdict(set)
    for order_id, number in evidence.purchase_of.items():
        names[number].add(order_id)
    of_orders: dict[str, list[_Account]] = defaultdict(list)
    for account in accounts.values():
        of_orders[account.sale.order_id or ""].append(account)
    for order_id, number in evidence.purchase_of.items():
        for account in of_orders.get(order_id, ()):
            true = evidence.sales.get(account.sale.payment_id)
            theirs = 0 if true is None else true.net_minor
            held[number] += theirs if account.sale.is_away else account.net_minor
            names[number].add(account.sale.payment_id)
    for number, minor in held.items():
        if minor > evidence.wanted[number].total_minor:
            yield _told(f"purchase {number}", *sorted(names[number]))


def _unknown(evidence: Evidence) -> Iterator[_Told]:
    for name, paid in evidence.books.payments.items():
        # A reversal under way is a step of its original's ladder; it counts where the original has ended.
        original = evidence.books.payments.get(paid.original_id or "")
        if paid.state in _OPEN and not (paid.kind == "reversal" and original is not None and original.state in _OPEN):
            yield _told(name, paid.original_id)


def _one_charge_twice(evidence: Evidence) -> Iterator[_Told]:
    """The acquirer took the money of one message more than once."""
    for name, sale in evidence.sales.items():
        ours = evidence.books.payments.get(name)
        if sale.taken_n > 1 or (ours is not None and sale.taken_minor > ours.amount_minor):
            yield _told(name)


def _refunded_twice(evidence: Evidence) -> Iterator[_Told]:
    """Money went back that nobody asked for, twice for one wish, or more than was asked for."""
    for given in evidence.returns:
        wish = evidence.wanted_back.get(given.payment_id)
        if given.given_back_n > 1 or wish is None or given.amount_minor > wish.amount_minor:
            yield _told(given.payment_id, given.sale_id)
    for name, paid in evidence.books.payments.items():
        if paid.kind in {"refund", "void"} and name not in evidence.wanted_back:
            yield _told(name)


def _refunded_above_capture(evidence: Evidence) -> Iterator[_Told]:
    """More went back of a sale than was taken, at the acquirer or by our own rows."""
    back: dict[str, int] = defaultdict(int)
    for given in evidence.returns:
        back[given.sale_id] += given.amount_minor
    for name, minor in back.items():
        true = evidence.sales.get(name)
        if true is None or minor > true.taken_minor:
            yield _told(name)
    for name, sale in evidence.sales.items():
        if sale.net_minor < 0:
            yield _told(name)
    for name, account in _accounts(evidence).items():
        away = account.given_back_minor + (account.sale.amount_minor if account.undone else 0)
        if account.sale.state == "approved" and away > account.sale.amount_minor:
            yield _told(name)


def _lost_sales(evidence: Evidence) -> Iterator[_Told]:
    """A till was told that its sale is recorded, and it is not there, or is another."""
    for order_id, number in evidence.taken.items():
        order, wanted = evidence.books.orders.get(order_id), evidence.wanted[number]
        told = (wanted.total_minor, wanted.lines)
        if order is None or (order.total_minor, order.lines) != told or order.terminal_id not in wanted.terminal_ids:
            yield _told(order_id)


def _slip_missing(evidence: Evidence) -> Iterator[_Told]:
    """What owes a slip has none, or several; and what owes none has one."""
    owed: dict[tuple[str, str], int] = {}
    for order_id, order in evidence.books.orders.items():
        owed["sale", order_id] = int(order.state in _EVER_PAID)
        owed["void", order_id] = int(order.state == "voided")
    for name, paid in evidence.books.payments.items():
        if paid.kind == "refund":
            owed["refund", name] = int(paid.state == "approved")
    for what in owed.keys() | evidence.books.slips.keys():
        if owed.get(what, 0) != evidence.books.slips.get(what, 0):
            yield _told(f"{what[0]} slip of {what[1]}")
