"""Puts the evidence before the auditor: the acquirer's book, ours, what the tills remember, what customers wanted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

from counterfoil.db.address import Addresses
from counterfoil.storm.auditor.counts import counts_of
from counterfoil.storm.auditor.evidence import Evidence, Wanted, WantedBack
from counterfoil.storm.auditor.store import books_of, diagnoses_of, true_returns, true_sales, unknowns_of
from counterfoil.storm.outcome import Asked, Outcome, Unknowns
from counterfoil.storm.plan.drawing import purchases
from counterfoil.storm.plan.model import Purchase
from counterfoil.storm.shop_map import MERCHANT, MERCHANT_NUMBER, STOCK_OF_AN_ITEM
from counterfoil.storm.shoppers.memory import Memory

_BOOK = "acquirer.sqlite"
_STEPS = 4


def audited(
    asked: Asked,
    bank: Path,
    addresses: Addresses,
    memory: Memory,
    figures: Mapping[str, object],
    told: Callable[[str, int, int], None],
) -> Outcome:
    """Return the outcome of a storm whose processes have ended; only PostgreSQL still runs."""
    keeper = addresses.keeper
    assert keeper is not None
    book = bank / _BOOK
    told("auditing", 0, _STEPS)
    sales, returns = true_sales(book, MERCHANT_NUMBER), true_returns(book, MERCHANT_NUMBER)
    told("auditing", 1, _STEPS)
    books = books_of(keeper, MERCHANT, stock_before=STOCK_OF_AN_ITEM)
    told("auditing", 2, _STEPS)
    wanted: dict[int, Wanted] = {}
    purchase_of: dict[str, int] = {}
    for purchase in purchases(asked.seed, asked.sales, asked.faults):
        wanted[purchase.number] = _wanted(purchase)
        purchase_of |= {purchase.order_id: purchase.number, purchase.second_order_id: purchase.number}
    evidence = Evidence(
        sales=sales,
        returns=returns,
        books=books,
        taken=memory.taken,
        wanted=wanted,
        wanted_back={
            name: WantedBack(number=wish.number, payment_id=wish.payment_id, amount_minor=wish.amount_minor)
            for name, wish in memory.wishes.items()
        },
        purchase_of=purchase_of,
    )
    counts = counts_of(evidence)
    told("auditing", 3, _STEPS)
    unknowns = unknowns_of(keeper, MERCHANT)
    outcome = Outcome(
        asked=asked,
        counts=counts,
        unknowns=Unknowns(
            n=unknowns["n"],
            median_s=_seconds(unknowns["median_s"]),
            p99_s=_seconds(unknowns["p99_s"]),
            most_s=_seconds(unknowns["most_s"]),
        ),
        figures={
            **figures,
            "orders": len(books.orders),
            "payments": len(books.payments),
            "sales_told_recorded": len(memory.taken),
            "confused_purchases": len(memory.confused),
            "findings": diagnoses_of(keeper, MERCHANT),
        },
    )
    told("auditing", _STEPS, _STEPS)
    return outcome


def _seconds(found: Decimal | float | None) -> float | None:
    return None if found is None else round(float(found), 2)


def _wanted(purchase: Purchase) -> Wanted:
    return Wanted(
        total_minor=purchase.total_minor,
        lines=tuple(f"{line.sku}*{line.quantity}={line.amount_minor}" for line in purchase.lines),
        terminal_ids=frozenset({purchase.terminal_id, purchase.other_terminal_id}),
    )
