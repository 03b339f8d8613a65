"""Small expressions in which engines are known to differ, with rows on which they would."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import ibis
import ibis.expr.types as ir

from counterfoil.audit.engines import Engine
from counterfoil.books.format import TABLES
from counterfoil.detectors.ground.calendar import apart, moment, near_buckets, seconds, within
from counterfoil.detectors.orphan_return.quantities import _PARTS, _share, in_parts
from counterfoil.detectors.void_mismatch.rule import _NOT_BLANK
from counterfoil.policy import Policy

from .histories import History

_NOON = datetime(2026, 3, 8, 12, tzinfo=UTC)
_HALF_HOUR = timedelta(minutes=30)

#: Ids in an order that only their bytes have: no language sorts them so.
_IDS = ("B", "a", "Z", "z", "_", "é", "错", "a-b", "ab", "a b", "10", "9", "𝒳")
_REASONS = ("", " ", "\t \r\n", "\u3000", "\u00a0", "v", "f", "\\", "a\n\\.\nb", 'say "no"', "'", "缺货,换一个", None)
_QUANTITIES = ("1", "0.3333", "2.5", "1000.0001", "0.0001", "12345678901234.5678", "-1.5")

#: Gaps around half an hour, on both sides by as little as a clock can show.
_GAPS = tuple(_HALF_HOUR + timedelta(microseconds=n) for n in (-800_000, -1, 0, 1, 200_000))


def history() -> History:
    """Payments and lines of goods with everything awkward in them."""
    payments: list[dict[str, Any]] = []
    for number in range(len(_IDS) * len(_GAPS)):
        identity, gap = _IDS[number % len(_IDS)], _GAPS[number % len(_GAPS)]
        payments.append(
            {
                "merchant_id": "M",
                "payment_id": f"{identity}/{number}",
                "order_id": identity if number % 3 else None,
                "kind": ("sale", "void", "refund")[number % 3],
                "tender": "cash",
                "amount_minor": (0, 1, 9_999_999_999)[number % 3],
                "currency": "CNY",
                "state": "approved",
                "occurred_at": _NOON + timedelta(hours=number) * (number % 5),
                "decided_at": _NOON + timedelta(hours=number) * (number % 5) + gap if number % 4 else None,
                "business_date": date(2026, 3, 1 + number % 9) if number % 2 else None,
                "reason": _REASONS[number % len(_REASONS)],
            }
        )
    books = {"payments": payments, "order_lines": _lines()}
    carried = {name: frozenset(TABLES[name].optional) for name in books}
    return History(books=books, carried=carried, policy=Policy(), as_of=_NOON)


def _lines() -> list[dict[str, Any]]:
    """Lines of goods, by the piece and by weight, from nearly nothing to all that fits."""
    return [
        {
            "merchant_id": "M",
            "order_id": f"o{number // len(_QUANTITIES)}",
            "line_no": number,
            "sku": ("tea", "茶")[number % 2],
            "quantity": Decimal(_QUANTITIES[number % len(_QUANTITIES)]),
            "amount_minor": (0, 1, 999, 99_999_999_999, -250)[number % 5],
        }
        for number in range(6 * len(_QUANTITIES))
    ]


def _ranked(t: ir.Table) -> ir.Table:
    order = {"group_by": ["merchant_id", "kind"], "order_by": ["decided_at", "payment_id"]}
    downwards = [ibis.desc("decided_at"), ibis.desc("payment_id")]
    return t.select(
        "payment_id",
        up=ibis.row_number().over(**order),
        down=ibis.row_number().over(group_by=["merchant_id", "kind"], order_by=downwards),
        before=t.decided_at.lag().over(**order),
        first=t.payment_id.first().over(**order),
        running=t.amount_minor.sum().over(**order, rows=(None, 0)),
        whole=t.amount_minor.sum().over(group_by="kind"),
    )


def _twice_left_out(t: ir.Table) -> ir.Table:
    cheap = t.filter(t.amount_minor == 0).select("merchant_id", "payment_id")
    undated = t.filter(t.decided_at.isnull()).select("merchant_id", "payment_id")
    ordered = t.filter(t.order_id.notnull()).select("order_id").distinct()
    key = ["merchant_id", "payment_id"]
    return t.select(*key, "order_id").anti_join(cheap, key).semi_join(ordered, "order_id").anti_join(undated, key)


def _near(t: ir.Table) -> ir.Table:
    own, beside = near_buckets(t.select("payment_id", "occurred_at"), "occurred_at", _HALF_HOUR)
    pairs = own.inner_join(beside.rename(other_id="payment_id", other_at="occurred_at"), "bucket")
    return pairs.filter(within(pairs.occurred_at, pairs.other_at, _HALF_HOUR)).select("payment_id", "other_id")


#: Every kind of sign that a policy's pattern may hold.
PATTERNS = (
    "",
    "a",
    r"^a[\-_ ]?b",
    r"^\d{1,2}/\d+$",
    r"\w\W\w",
    "(?:错|é)/.",
    r"[^\^\]a-z0-9/]+",
    "a|Z",
    "z.*?1$",
    r"\D{2,}",
)

#: What the rules say in Ibis, each in the place where it can go wrong.
EXPRESSIONS: dict[str, Callable[[ir.Table], ir.Table]] = {
    "rows as they are": lambda t: t,
    "a null makes a text null": lambda t: t.select(
        "payment_id", name=(ibis.literal("o:") + t.order_id).coalesce(ibis.literal("p:") + t.payment_id)
    ),
    "greatest and least pass over nulls": lambda t: t.select(
        "payment_id",
        later=ibis.greatest(t.occurred_at, t.decided_at),
        less=ibis.least(t.amount_minor, ibis.null("int64")),
    ),
    "equal, or both null": lambda t: t.filter(t.order_id.identical_to(t.reason)).select("payment_id"),
    "windows are inclusive to the microsecond": lambda t: t.select(
        "payment_id", near=within(t.occurred_at, t.decided_at, _HALF_HOUR), gap=apart(t.occurred_at, t.decided_at)
    ),
    "local days": lambda t: t.select(
        "payment_id",
        day=(t.occurred_at + seconds(45_900)).date(),
        later=(t.occurred_at + seconds(-18_000)).date() > t.business_date,
        past=t.occurred_at <= moment(_NOON + timedelta(hours=7, microseconds=1)),
    ),
    "buckets": _near,
    "order and running sums": _ranked,
    "halves of joins, one after the other": _twice_left_out,
    "blank reasons": lambda t: t.select("payment_id", said=t.reason.re_search(_NOT_BLANK)),
    "patterns": lambda t: t.select(
        "payment_id",
        **{f"pattern_{number}": t.payment_id.re_search(pattern) for number, pattern in enumerate(PATTERNS)},
    ),
    "text that looks like a pattern": lambda t: t.filter(
        t.reason.contains("\\") | t.payment_id.startswith("a-")
    ).select("payment_id"),
    "sums keep their type": lambda t: t.group_by("kind").agg(
        total=t.amount_minor.sum(),
        rows_n=t.count(),
        tenders_n=t.tender.nunique(),
        last=t.decided_at.max(),
        smallest=t.payment_id.min(),
    ),
    "a union of columns and nulls": lambda t: ibis.union(
        t.select("payment_id", at="decided_at"),
        t.select(payment_id="order_id", at=ibis.null("timestamp(6)")),
        distinct=True,
    ),
    "nothing at all": lambda t: t.filter(ibis.literal(False)),
}


def _shares_of_sums(t: ir.Table) -> ir.Table:
    sums = t.group_by(["order_id"]).agg(minor=t.amount_minor.sum(), parts=in_parts(t.quantity).sum())
    return sums.select("order_id", all=_share(sums.minor, sums.parts, sums.parts))


#: What the rules say of quantities, in whole numbers throughout.
OF_LINES: dict[str, Callable[[ir.Table], ir.Table]] = {
    "quantities as they are": lambda t: t,
    "ten-thousandths of a piece": lambda t: t.select("line_no", parts=in_parts(t.quantity)),
    "equal quantities": lambda t: t.inner_join(t.rename(other_no="line_no"), ["order_id", "quantity", "sku"]).select(
        "line_no", "other_no"
    ),
    "counts of lines alike": lambda t: t.group_by(["order_id", "sku", "quantity"]).agg(times_n=ibis._.count()),
    "a share of an amount": lambda t: t.filter((t.quantity > 0) & (t.quantity < 2000)).select(
        "line_no",
        worth=_share(t.amount_minor, in_parts(t.quantity), ibis.literal(3 * _PARTS + 1)),
        nothing=_share(t.amount_minor, ibis.literal(1), ibis.literal(0)),
    ),
    "shares of sums that leave 64 bits on the way": _shares_of_sums,
}


def assert_the_same(one: Engine, other: Engine) -> None:
    """Compute every expression on two engines, and compare the rows, the types and the values."""
    asked = [(name, "payments", write) for name, write in EXPRESSIONS.items()]
    for name, book, write in [*asked, *((name, "order_lines", write) for name, write in OF_LINES.items())]:
        expected, found = (engine.fetch(engine.keep("asked", write(engine.books()[book]))) for engine in (one, other))
        assert found.schema == expected.schema, name
        assert sorted(map(repr, found.to_pylist())) == sorted(map(repr, expected.to_pylist())), name
        assert (name == "nothing at all") == (not expected.num_rows), name
