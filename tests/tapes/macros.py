"""Lines of a tape that lay several rows in one go: a whole clean sale, a void, a refund, a return, covered days.

Look-alikes need their full clean context; these lines keep it short. The ids that they make are listed in
`docs/reference/tapes.md`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from .defaults import DEFAULTS
from .rows import MERCHANT, History, lay
from .words import Row, Words, day_of, has_column, known_column, sort_words

#: The first column of the primary key that names the row.
_IDENT = {"orders": "order_id", "payments": "payment_id", "acquirer_records": "record_id"}
_IDENT |= {"slips": "slip_id", "returns": "return_id"}
_COVER_DAYS_MAX = 400


def sale(history: History, ident: str, words: list[str]) -> None:
    """`sale O1 10:00 12.30 wechat`: order O1, its line, payment P1, bill record R1 and slip S1."""
    tail = _tail(ident, "O", "a sale")
    tables = ("orders", "payments", "acquirer_records", "slips")
    said = sort_words(tables, words, flags=frozenset({"no-payment", "no-record", "no-slip"}))
    _refuse_of(said)
    _row(history, "orders", ident, said, at=said.at, amount=said.amount, lines=said.lines)
    if "no-payment" not in said.flags:
        payment = _row(history, "payments", f"P{tail}", said, of=ident)
        if payment["acquirer"] and "no-record" not in said.flags:
            _row(history, "acquirer_records", f"R{tail}", said, of=payment["payment_id"])
    if "no-slip" not in said.flags:
        _row(history, "slips", f"S{tail}", said, of=ident)


def give_back(history: History, kind: str, ident: str, words: list[str]) -> None:
    """`void V1 of P1 +5min`, `reversal …`, `refund …`: payment V1, bill record RV1 and slip SV1."""
    tables = ("payments", "acquirer_records", "slips")
    said = sort_words(tables, words, flags=frozenset({"no-record", "no-slip", "keep-order"}))
    said.dotted["payments", "kind"] = kind
    payment = _row(history, "payments", ident, said, of=said.of, at=said.at, amount=said.amount)
    if payment["acquirer"] and "no-record" not in said.flags:
        _row(history, "acquirer_records", f"R{ident}", said, of=ident)
    if "no-slip" not in said.flags:
        _row(history, "slips", f"S{ident}", said, of=ident)
    if kind != "refund" and "keep-order" not in said.flags:
        for order in history.of_table("orders", payment["merchant_id"], "order_id", payment["order_id"]):
            order |= {"state": "voided", "closed_at": payment["occurred_at"]}


def take_back(history: History, ident: str, words: list[str]) -> None:
    """`take-back B1 of O1 +1d`: return B1 with its lines, refund PB1, bill record RB1 and slip SB1."""
    tables = ("returns", "payments", "acquirer_records", "slips")
    said = sort_words(tables, words, flags=frozenset({"no-refund", "no-record", "no-slip"}))
    _row(history, "returns", ident, said, of=said.of, at=said.at, amount=said.amount, lines=said.lines)
    if "no-refund" in said.flags:
        if "no-slip" not in said.flags:
            _row(history, "slips", f"S{ident}", said, of=ident)
        return
    payment = _row(history, "payments", f"P{ident}", said, of=ident)
    if payment["acquirer"] and "no-record" not in said.flags:
        _row(history, "acquirer_records", f"R{ident}", said, of=payment["payment_id"])
    if "no-slip" not in said.flags:
        _row(history, "slips", f"S{ident}", said, of=payment["payment_id"])


def cover(history: History, zone: ZoneInfo, words: list[str]) -> None:
    """`cover wechat 03-01..03-05`: one bill row of kind `fee` at noon of each of these local days."""
    if len(words) < 2:
        raise ValueError("cover wants an acquirer and days: cover wechat 03-01..03-05")
    acquirer, days, *rest = words
    said = sort_words(("acquirer_records",), rest)
    first, _, last = days.partition("..")
    day, end = day_of(first, today=history.today), day_of(last or first, today=history.today)
    if not timedelta(0) <= end - day <= timedelta(days=_COVER_DAYS_MAX):
        raise ValueError(f"{days!r} is no span of days")
    while day <= end:
        noon = datetime.combine(day, time(12), tzinfo=zone).astimezone(UTC)
        fields = {"acquirer": acquirer, "kind": "fee", "amount_minor": "1"} | said.fields
        laid = replace(said, fields=fields, at=noon.strftime("%Y-%m-%dT%H:%M:%S"))
        merchant = said.fields.get("merchant_id", MERCHANT)
        name = f"cover-{acquirer}-{day}" if merchant == MERCHANT else f"cover-{merchant}-{acquirer}-{day}"
        lay(history, "acquirer_records", {"record_id": name}, laid, DEFAULTS)
        day += timedelta(days=1)


def _row(
    history: History,
    table: str,
    ident: str,
    said: Words,
    *,
    of: str | None = None,
    at: str | None = None,
    amount: str | None = None,
    lines: str | None = None,
) -> Row:
    """Lay one row of a line that lays several: the fields that it has, then the fields meant for it alone."""
    fields = {known_column(table, name): text for name, text in said.fields.items() if has_column(table, name)}
    fields |= {column: text for (owner, column), text in said.dotted.items() if owner == table}
    own = Words(of=of, at=at, amount=amount, lines=lines, fields=fields)
    return lay(history, table, {_IDENT[table]: ident}, own, DEFAULTS)


def _tail(ident: str, letter: str, what: str) -> str:
    if not ident.startswith(letter) or ident == letter:
        raise ValueError(f"the id of {what} begins with {letter}, found {ident!r}")
    return ident[1:]


def _refuse_of(said: Words) -> None:
    if said.of is not None:
        raise ValueError("a sale is not of anything")
