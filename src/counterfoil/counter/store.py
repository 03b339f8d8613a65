"""Writes sales: many in one transaction, each with an answer of its own, and a bad one never at its neighbours' cost.

What the database says when it refuses a batch is not yet about anybody: the batch is tried again where waiting helps,
then halved until the bad sale stands alone. A connection that is lost during the commit leaves open whether it
happened; the same batch is offered again, and its ids tell.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date
from itertools import groupby

import psycopg
from psycopg import errors
from psycopg.rows import dict_row

from counterfoil.books.orders.refusals import SaleRefusal
from counterfoil.books.orders.rules import refused
from counterfoil.counter.answering import Row, answer_to_known, answer_to_new
from counterfoil.counter.answers import SaleAnswer
from counterfoil.counter.sale_rows import Offer, documents
from counterfoil.db.engine import LOCK_SECONDS_MAX, STATEMENT_SECONDS_MAX
from counterfoil.db.queries import queries_of
from counterfoil.db.trouble import Trouble, trouble_of
from counterfoil.ids import MerchantId, OrderId
from counterfoil.refusals import Refused

_QUERIES = queries_of(__package__)
_ENTER, _RECORD, _EXIST = _QUERIES["enter"], _QUERIES["record_sales"], _QUERIES["sales_that_exist"]

#: Rows are looked up by key, a few of them; a plan that reads a whole table would be quick only on an empty shop.
_SETTINGS = ("enable_seqscan = off", "enable_hashjoin = off", "plan_cache_mode = force_generic_plan", "jit = off")
#: Everybody waits behind this connection, so it waits for nobody for long: a row, a statement, a database that is away.
_LIMITS = (f"lock_timeout={LOCK_SECONDS_MAX}s", f"statement_timeout={STATEMENT_SECONDS_MAX}s")
CONNECT_SECONDS_MAX = 5

#: Two tills in each other's way: waiting helps, for a while.
_PASSES = (errors.DeadlockDetected, errors.SerializationFailure, errors.LockNotAvailable)
TRIES_MAX = 3
#: How long a batch waits for a database that went away; tills are told then, and offer it again.
RECONNECT_SECONDS_MAX = 5.0
_RECONNECT_STEP_SECONDS = 0.1

#: What one sale ends with: an answer, an expected "no", or the database's own trouble.
Result = SaleAnswer | Refused | Trouble

_Key = tuple[MerchantId, OrderId]


class SaleRecorder:
    """One connection that writes sales; used by one thread at a time."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._connection: psycopg.Connection | None = None

    def record(self, offers: Sequence[Offer]) -> list[Result]:
        """Write a batch and return an answer for each sale, in order; durable when it returns.

        Of sales that are one by their ids, or by the press of the button, the first in this order is the sale.
        """
        before = _before(offers)
        firsts = [n for n in range(len(offers)) if before[n] == n]
        answers = dict(zip(firsts, self._written([offers[n] for n in firsts]), strict=True))
        later = [n for n in range(len(offers)) if before[n] != n]
        answers |= {n: answers[before[n]] for n in later if isinstance(answers[before[n]], Trouble)}
        told_n = [n for n in later if isinstance(answers[before[n]], SaleAnswer)]
        told = zip(told_n, self._known_or_trouble([offers[n] for n in told_n]), strict=True)
        answers |= {n: answer for n, answer in told if answer is not None}
        # A first one that was refused, or was another sale all along, keeps nobody from being the sale.
        free_n = [n for n in later if n not in answers]
        if free_n:
            answers |= dict(zip(free_n, self.record([offers[n] for n in free_n]), strict=True))
        return [answers[n] for n in range(len(offers))]

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()

    def _written(self, offers: Sequence[Offer]) -> list[Result]:
        """Write sales with different ids; halve the batch until what is wrong stands alone."""
        deadline = time.monotonic() + RECONNECT_SECONDS_MAX
        tries = 0
        while True:
            try:
                return self._write_once(offers)
            except _PASSES as error:
                self._roll_back()
                tries += 1
                if isinstance(error, errors.LockNotAvailable):
                    # It has waited long enough, and so would each half.
                    return [trouble_of(error)] * len(offers)
                if tries >= TRIES_MAX:
                    return self._halved(offers, error)
            except (errors.IntegrityError, errors.DataError) as error:
                self._roll_back()
                return self._halved(offers, error)
            except psycopg.Error as error:
                trouble = trouble_of(error)
                self._roll_back()
                if not trouble.may_pass or time.monotonic() > deadline:
                    return [trouble] * len(offers)
                self._reconnect_later()

    def _halved(self, offers: Sequence[Offer], error: psycopg.Error) -> list[Result]:
        if len(offers) == 1:
            return [_refusal(offers[0], error)]
        middle = len(offers) // 2
        return [*self._written(offers[:middle]), *self._written(offers[middle:])]

    def _write_once(self, offers: Sequence[Offer]) -> list[Result]:
        """Write all in one transaction: each merchant's with one statement."""
        in_order = sorted(offers, key=_key)
        connection = self._connected()
        written: list[tuple[MerchantId, psycopg.RawCursor[tuple[OrderId, date, str, str]]]] = []
        with connection.pipeline(), psycopg.RawCursor(connection) as begin:
            begin.execute("BEGIN")
            for merchant_id, group in groupby(in_order, key=lambda offer: offer.merchant_id):
                sales = list(group)
                stores = sorted({offer.sale.store_id for offer in sales})
                psycopg.RawCursor(connection).execute(_ENTER, (merchant_id, stores), prepare=True)
                cursor = psycopg.RawCursor(connection)
                texts = [document.decode() for document in documents(sales)]
                cursor.execute(_RECORD, (*texts, merchant_id), prepare=True)
                written.append((merchant_id, cursor))
            commit = psycopg.RawCursor(connection)
            commit.execute("COMMIT")
        dates: dict[_Key, date] = {}
        stans: dict[_Key, dict[str, str]] = {}
        for merchant_id, cursor in written:
            for order_id, business_date, payment_id, stan in cursor.fetchall():
                dates[merchant_id, order_id] = business_date
                stans.setdefault((merchant_id, order_id), {})[payment_id] = stan
        there = [offer for offer in offers if _key(offer) not in dates]
        known = dict(zip(map(_key, there), self._known(there), strict=True))
        answers = [
            answer_to_new(offer, dates[_key(offer)], stans[_key(offer)]) if _key(offer) in dates else known[_key(offer)]
            for offer in offers
        ]
        return [_insisted(answer) for answer in answers]

    def _known_or_trouble(self, offers: Sequence[Offer]) -> Sequence[Result | None]:
        """Answer doubles; trouble with reading is theirs, and not that of the sales that are written already."""
        try:
            return self._known(offers)
        except psycopg.Error as error:
            self._roll_back()
            return [trouble_of(error)] * len(offers)

    def _known(self, offers: Sequence[Offer]) -> list[SaleAnswer | None]:
        """Answer from what stands under ids and requests that were there already; None where nothing does."""
        by_order: dict[tuple[str, str], Row] = {}
        by_request: dict[tuple[str, str], Row] = {}
        for merchant_id in sorted({offer.merchant_id for offer in offers}):
            for row in self._read(merchant_id, [offer for offer in offers if offer.merchant_id == merchant_id]):
                by_order[merchant_id, row["order_id"]] = row
                by_request[merchant_id, row["request_id"]] = row
        rows = [by_order.get(_key(offer)) or by_request.get(_press(offer)) for offer in offers]
        return [None if row is None else answer_to_known(row, offer) for row, offer in zip(rows, offers, strict=True)]

    def _read(self, merchant_id: MerchantId, offers: Sequence[Offer]) -> list[Row]:
        orders = [offer.sale.order_id for offer in offers]
        requests = [_press(offer)[1] for offer in offers]
        connection = self._connected()
        with connection.transaction(), psycopg.RawCursor(connection, row_factory=dict_row) as cursor:
            cursor.execute(_ENTER, (merchant_id, []))
            return list(cursor.execute(_EXIST, (merchant_id, orders, requests)).fetchall())

    def _connected(self) -> psycopg.Connection:
        if self._connection is None or self._connection.closed:
            options = " ".join(f"-c {setting.replace(' ', '')}" for setting in (*_SETTINGS, *_LIMITS, "TimeZone = UTC"))
            self._connection = psycopg.connect(
                self._address,
                autocommit=True,
                application_name="counterfoil sales",
                options=options,
                connect_timeout=CONNECT_SECONDS_MAX,
            )
        return self._connection

    def _roll_back(self) -> None:
        """Leave the connection as it was before the batch, or let go of it where it is broken."""
        try:
            self._connected().rollback()
        except psycopg.Error:
            self._connection = None

    def _reconnect_later(self) -> None:
        self.close()
        self._connection = None
        time.sleep(_RECONNECT_STEP_SECONDS)


def _key(offer: Offer) -> _Key:
    return offer.merchant_id, offer.sale.order_id


def _insisted(answer: SaleAnswer | None) -> SaleAnswer:
    """Insist that a sale that was not written was there already: nothing else keeps it out without an error."""
    assert answer is not None
    return answer


def _press(offer: Offer) -> tuple[MerchantId, str]:
    """Return which press of which button a sale is."""
    return offer.merchant_id, offer.sale.request_id or offer.sale.order_id


def _before(offers: Sequence[Offer]) -> list[int]:
    """Return, for each sale, the place of the first one that it is the same as; its own, where there is none."""
    orders: dict[_Key, int] = {}
    presses: dict[tuple[MerchantId, str], int] = {}
    before: list[int] = []
    for n, offer in enumerate(offers):
        first = orders.get(_key(offer), presses.get(_press(offer), n))
        if first == n:
            orders[_key(offer)] = presses[_press(offer)] = n
        before.append(first)
    return before


def _refusal(offer: Offer, error: psycopg.Error) -> Refused | Trouble:
    """Say what is wrong with the one sale that the database did not take."""
    if isinstance(error, _PASSES):
        return trouble_of(error)
    constraint = error.diag.constraint_name or type(error).__name__
    if constraint == "payments_key":
        return refused(SaleRefusal.PAYMENT_ID_TAKEN, found=", ".join(t.payment_id for t in offer.sale.tenders))
    return refused(SaleRefusal.NOT_RECORDABLE, constraint=constraint)
