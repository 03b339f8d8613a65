"""Lays two orders side by side, field by field, so that somebody sees what differs. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from counterfoil.desk.timeline import words
from counterfoil.desk.timeline.model import Books, Compared, Goods, Row, Twins
from counterfoil.languages import Language, Text

_NOUN = "order:"

#: Fields of an order, in the order in which somebody looks at them: how each is shown, and how it is called.
_FIELDS: Sequence[tuple[str, str, Text]] = (
    ("placed_at", "moment", Text(en="Rung up", zh="下单时间")),
    ("store_id", "store", Text(en="Store", zh="门店")),
    ("terminal_id", "till", Text(en="Till", zh="收银机")),
    ("operator_id", "person", Text(en="Operator", zh="收银员")),
    ("state", "said", Text(en="State", zh="状态")),
    ("total_minor", "money", Text(en="Total", zh="合计")),
    ("request_id", "id", Text(en="Request id", zh="请求号")),
    ("fulfilment", "said", Text(en="Fulfilment", zh="交付方式")),
)
_GOODS = Text(en="Goods", zh="商品")
_PAID = Text(en="Payments", zh="付款")
_SLIPS = Text(en="Slips", zh="小票")


def twins_of(books: Books, subject: str, other: str | None) -> Twins | None:
    """Return the two orders that a finding names, the earlier one first; None where it names no two."""
    if other is None or not (subject.startswith(_NOUN) and other.startswith(_NOUN)):
        return None
    by_id = {row["order_id"]: row for row in books.rows("orders")}
    pair = [by_id.get(name.removeprefix(_NOUN)) for name in (other, subject)]
    if pair[0] is None or pair[1] is None:
        return None
    first, second = sorted((pair[0], pair[1]), key=lambda row: (row["placed_at"], row["order_id"]))
    fields = [
        Compared(label=label, left=_field(first, name, kind), right=_field(second, name, kind), kind=kind)
        for name, kind, label in _FIELDS
        if (first[name], second[name]) != (None, None)
    ]
    fields.insert(5, Compared(label=_GOODS, left=_goods(books, first), right=_goods(books, second), kind="goods"))
    fields += [
        Compared(label=_PAID, left=_paid(books, first), right=_paid(books, second), kind="lines"),
        Compared(label=_SLIPS, left=_slips(books, first), right=_slips(books, second), kind="lines"),
    ]
    return Twins(first_id=first["order_id"], second_id=second["order_id"], currency=first["currency"], fields=fields)


def _field(order: Row, name: str, kind: str) -> object:
    if kind != "said":
        return order[name]
    word = str(order[name])
    return words.ORDERS[word][0] if name == "state" else words.said(name, word)


def _goods(books: Books, order: Row) -> tuple[Goods, ...]:
    """Return what an order holds, in the order of its names."""
    goods = [
        Goods(quantity=f"{row['quantity'].normalize():f}", name=_name(books, row), sold_as=row["name"])
        for row in books.rows("order_lines")
        if row["order_id"] == order["order_id"] and row["voided_at"] is None
    ]
    return tuple(sorted(goods, key=lambda line: (line.name.en, line.quantity)))


def _name(books: Books, row: Row) -> Text:
    en, zh = (
        books.names.told(row["line_kind"], row["sku"], row["name"], language).name
        for language in (Language.EN, Language.ZH)
    )
    return Text(en=en, zh=zh)


def _paid(books: Books, order: Row) -> tuple[Text, ...]:
    """Return how an order was paid: tender, kind and state of each payment, in the order of time."""
    return tuple(
        _joined(words.said("tender", row["tender"]), words.said("kind", row["kind"]), words.PAYMENTS[row["state"]][0])
        for row in books.rows("payments")
        if row["order_id"] == order["order_id"]
    )


def _slips(books: Books, order: Row) -> tuple[Text, ...]:
    return tuple(words.SLIPS[row["state"]][0] for row in books.rows("slips") if row["order_id"] == order["order_id"])


def _joined(*parts: Text) -> Text:
    return Text(en=" · ".join(part.en for part in parts), zh=" · ".join(part.zh for part in parts))
