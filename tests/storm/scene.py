"""An orderly day in both books, written by hand, so that tests may break it in one place and see who notices."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

from counterfoil.storm.acquirer.store import Book
from counterfoil.storm.auditor.counts import Count, counts_of
from counterfoil.storm.auditor.evidence import Evidence, Wanted, WantedBack
from counterfoil.storm.auditor.store import books_of, true_returns, true_sales
from counterfoil.storm.shop_map import MERCHANT, MERCHANT_NUMBER, STOCK_OF_AN_ITEM

NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
STORE, TERMINAL, SKU = "north", "N01", "item0"


@dataclass(slots=True, kw_only=True)
class Scene:
    """Two books, what tills remember, what customers wanted."""

    keeper: str
    connection: psycopg.Connection
    file: Path
    taken: dict[str, int] = field(default_factory=dict)
    wanted: dict[int, Wanted] = field(default_factory=dict)
    wanted_back: dict[str, WantedBack] = field(default_factory=dict)
    purchase_of: dict[str, int] = field(default_factory=dict)
    _numbers: count[int] = field(default_factory=lambda: count(1))

    def ours(self, statement: str, *values: object) -> None:
        """Do something to our books; the first parameter is the merchant."""
        psycopg.RawCursor(self.connection).execute(statement, (MERCHANT, *values))

    def theirs(self, statement: str, *values: object) -> None:
        """Do something to the acquirer's book."""
        connection = sqlite3.connect(self.file)
        connection.execute(statement, values)
        connection.commit()
        connection.close()

    def fact(self, tag: str, subject: str, body: dict[str, Any] | None = None) -> None:
        """Write a fact."""
        self.ours(
            "INSERT INTO journal (merchant_id, fact_id, tag, subject, occurred_at, body) VALUES ($1, $2, $3, $4, $5, $6)",
            f"f{next(self._numbers)}",
            tag,
            subject,
            NOW,
            json.dumps(body or {}),
        )

    def order(
        self, number: int, amount: int, *, state: str = "paid", tender: str = "card", paid: str = "approved"
    ) -> str:
        """Sell something, in all books at once, and return the payment."""
        order_id, payment_id = f"o{number}", f"p{number}"
        self.ours(
            "INSERT INTO orders (merchant_id, order_id, store_id, terminal_id, placed_at, state, total_minor, currency, "
            "request_id, fulfilment) VALUES ($1, $2, $3, $4, $5, $6, $7, 'CNY', $2, 'carry_out')",
            *(order_id, STORE, TERMINAL, NOW, state, amount),
        )
        self.ours(
            "INSERT INTO order_lines (merchant_id, order_id, line_no, sku, quantity, amount_minor, line_kind) "
            "VALUES ($1, $2, 1, $3, 2, $4, 'goods')",
            *(order_id, SKU, amount),
        )
        self.payment(payment_id, order_id, amount, state=paid, tender=tender)
        self.fact(f"order:sale:{state}", f"order:{order_id}", {"payments": {payment_id: paid}})
        if state == "paid":
            self.slip("sale", order_id=order_id)
            self.ours(
                "UPDATE stock SET on_hand = on_hand - 2 WHERE merchant_id = $1 AND sku = $2 AND store_id = $3",
                SKU,
                STORE,
            )
        if tender == "card":
            self.moved(payment_id, amount, is_taken=paid == "approved")
        self.taken[order_id] = self.purchase_of[order_id] = number
        self.wanted[number] = Wanted(
            total_minor=amount, lines=(f"{SKU}*2={amount}",), terminal_ids=frozenset({TERMINAL})
        )
        return payment_id

    def payment(
        self,
        payment_id: str,
        order_id: str,
        amount: int,
        *,
        state: str,
        tender: str = "card",
        kind: str = "sale",
        original: str | None = None,
    ) -> None:
        """Write one row of our payments."""
        self.ours(
            "INSERT INTO payments (merchant_id, payment_id, order_id, kind, tender, amount_minor, currency, state, "
            "occurred_at, acquirer, standing, original_payment_id) VALUES ($1, $2, $3, $4, $5, $6, 'CNY', $7, $8, $9, $10, $11)",
            *(payment_id, order_id, kind, tender, amount, state, NOW, "bank" if tender == "card" else None),
            *("held" if (kind, state) == ("sale", "approved") else None, original),
        )

    def slip(self, kind: str, *, order_id: str, payment_id: str | None = None) -> None:
        """Write a slip that is due."""
        self.ours(
            "INSERT INTO slips (merchant_id, slip_id, order_id, payment_id, kind, form, state, copy_no, occurred_at) "
            "VALUES ($1, $2, $3, $4, $5, 'paper', 'due', 0, $6)",
            *(f"s{next(self._numbers)}", order_id, payment_id, kind, NOW),
        )

    def moved(
        self, payment_id: str, amount: int, *, is_taken: bool = True, kind: str = "sale", original: str | None = None
    ) -> None:
        """Let the acquirer rule on a message, and move its money."""
        number = next(self._numbers)
        self.theirs(
            "INSERT INTO movements (merchant, payment_id, kind, terminal, stan, sent, processing_code, amount_minor, "
            "currency, original_id, received_at, day, code, rrn, standing) "
            "VALUES (?, ?, ?, ?, '000001', '0303090000', '000000', ?, '156', ?, ?, '2026-03-03', '00', ?, ?)",
            *(MERCHANT_NUMBER, payment_id, kind, TERMINAL, amount, original, NOW.isoformat(), f"{number:012d}"),
            "stands" if is_taken else "refused",
        )
        if is_taken:
            self.posted(
                original or payment_id,
                original if kind == "void" else payment_id,
                payment_id,
                amount if kind == "sale" else -amount,
            )

    def posted(self, sale_id: str, movement_id: str | None, by_id: str, amount: int) -> None:
        """Move money at the acquirer."""
        self.theirs(
            "INSERT INTO postings (merchant, sale_id, movement_id, by_id, amount_minor, posted_at) VALUES (?, ?, ?, ?, ?, ?)",
            *(MERCHANT_NUMBER, sale_id, movement_id, by_id, amount, NOW.isoformat()),
        )

    def given_back(self, number: int, amount: int, *, kind: str = "refund") -> str:
        """Give money back of a sale, in all books at once, and return the payment."""
        sale, undo = f"p{number}", f"u{number}"
        self.payment(undo, f"o{number}", amount, state="approved", kind=kind, original=sale)
        self.fact(f"payment:{kind}:intended", f"payment:{undo}")
        self.fact(f"payment:{kind}:approved", f"payment:{undo}")
        self.moved(undo, amount, kind=kind, original=sale)
        if kind == "refund":
            self.ours(
                "UPDATE payments SET refunded_minor = $3 WHERE merchant_id = $1 AND payment_id = $2", sale, amount
            )
            self.slip("refund", order_id=f"o{number}", payment_id=undo)
        else:
            self.ours("UPDATE payments SET standing = 'voided' WHERE merchant_id = $1 AND payment_id = $2", sale)
            self.ours("UPDATE orders SET state = 'voided' WHERE merchant_id = $1 AND order_id = $2", f"o{number}")
            self.ours(
                "UPDATE stock SET on_hand = on_hand + 2 WHERE merchant_id = $1 AND sku = $2 AND store_id = $3",
                SKU,
                STORE,
            )
            self.fact("order:sale:voided", f"order:o{number}")
            self.slip("void", order_id=f"o{number}")
        self.wanted_back[undo] = WantedBack(number=number, payment_id=sale, amount_minor=amount)
        return undo

    def finding(self, diagnosis: str, subject: str, *, by: str = "rule") -> None:
        """Open a finding."""
        self.ours(
            "INSERT INTO findings (merchant_id, finding_id, exception, diagnosis, severity, subject, occurred_at, "
            "amount_at_risk_minor, explanation_en, explanation_zh, next_step, evidence, found_by, first_seen_at, last_seen_at) "
            "VALUES ($1, $2, 'missing_slip', $3, 'high', $4, $5, 1, 'x', 'x', 'x', '[]', $6, $5, $5)",
            *(f"g{next(self._numbers)}", diagnosis, subject, NOW, by),
        )

    def counted(self) -> dict[str, Count]:
        """Ask the auditor."""
        evidence = Evidence(
            sales=true_sales(self.file, MERCHANT_NUMBER),
            returns=true_returns(self.file, MERCHANT_NUMBER),
            books=books_of(self.keeper, MERCHANT, stock_before=STOCK_OF_AN_ITEM),
            taken=self.taken,
            wanted=self.wanted,
            wanted_back=self.wanted_back,
            purchase_of=self.purchase_of,
        )
        return {each.name: each for each in counts_of(evidence)}


def orderly(connection: psycopg.Connection, keeper: str, folder: Path) -> Scene:
    """Return a day on which everything agrees: cash, card, a refund, a void, a refused card."""
    file = folder / "acquirer.sqlite"
    Book(file).close()
    scene = Scene(keeper=keeper, connection=connection, file=file)
    scene.ours(
        "INSERT INTO merchants (merchant_id, name, currency, time_zone, created_at) VALUES ($1, 'x', 'CNY', 'UTC', $2)",
        NOW,
    )
    scene.ours("INSERT INTO stores (merchant_id, store_id, name, created_at) VALUES ($1, $2, 'x', $3)", STORE, NOW)
    scene.ours("INSERT INTO items (merchant_id, sku, name_en, created_at) VALUES ($1, $2, 'x', $3)", SKU, NOW)
    scene.ours(
        "INSERT INTO stock (merchant_id, store_id, sku, on_hand) VALUES ($1, $2, $3, $4)", STORE, SKU, STOCK_OF_AN_ITEM
    )
    scene.order(1, 1000, tender="cash")
    scene.order(2, 2000)
    scene.order(3, 3000)
    scene.given_back(3, 500)
    scene.order(4, 4000)
    scene.given_back(4, 4000, kind="void")
    scene.order(5, 5000, state="open", paid="declined")
    return scene
