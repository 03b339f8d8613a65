"""Book format 1: the one typed source of the five books as files.

The Ibis schemas, the validation, the reference page and the CSV templates are all derived from `TABLES`.
Nothing else in the project may spell out a column list. This module imports only the standard library.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

FORMAT_VERSION = 1

#: The longest identifier that a book may carry, in characters.
ID_LENGTH_MAX = 64


class Kind(StrEnum):
    """What a column holds; decides its Ibis type and how it is validated."""

    ID = "id"  #: text of 1 to 64 characters that names a row of a book
    TEXT = "text"  #: free text
    MONEY = "money"  #: integer minor units, never negative
    DECIMAL = "decimal"  #: decimal(18,4)
    CURRENCY = "cur"  #: ISO 4217 alphabetic code
    TIME = "ts"  #: an instant; ISO 8601 with offset in text files, stored as UTC
    DATE = "date"  #: a calendar day
    KEY = "key"  #: keyed hash of a person or an instrument
    BOOL = "bool"
    INT = "int"
    DEGREES = "float"  #: geographic degrees; the only float in the books, and never money
    ENUM = "enum"  #: one of a closed list of words


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a book."""

    name: str
    kind: Kind
    #: True for `!` in the format: a row without it is quarantined.
    required: bool
    #: The closed list of words, for `Kind.ENUM` only.
    words: tuple[str, ...] = ()
    #: What the column means, where its name does not say it.
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of the books, with its primary key."""

    name: str
    #: Which of the five books it belongs to, or `telemetry`.
    book: str
    #: Column names; every key begins with `merchant_id`.
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    note: str = ""

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)

    def column(self, name: str) -> Column:
        """Return the column called `name`; KeyError where the table has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name}.{name}")

    @property
    def names(self) -> tuple[str, ...]:
        """The column names in the order of the format."""
        return tuple(column.name for column in self.columns)

    @property
    def optional(self) -> tuple[str, ...]:
        """Columns that may be null, and so may be absent from a file."""
        return tuple(column.name for column in self.columns if not column.required)


def _column(spec: str, words: str = "", note: str = "") -> Column:
    """Read `name kind!` or `name kind?` as the format writes it."""
    name, _, kind = spec.partition(" ")
    required = kind.endswith("!")
    return Column(
        name=name,
        kind=Kind(kind[:-1]),
        required=required,
        words=tuple(words.split("|")) if words else (),
        note=note,
    )


def _table(name: str, book: str, key: str, *columns: Column, note: str = "") -> Table:
    return Table(
        name=name,
        book=book,
        key=("merchant_id", *key.split()),
        columns=(_column("merchant_id id!"), *columns),
        note=note,
    )


_c = _column
LINE_KINDS = "goods|service|shipping|fee|tip|deposit|tax|discount"
TENDERS = "cash|card|wechat|alipay|unionpay_code|voucher|member_balance|other"

ORDERS = _table(
    "orders",
    "orders",
    "order_id",
    _c("order_id id!"),
    _c("store_id id?"),
    _c("terminal_id id?"),
    _c("operator_id id?"),
    _c("sequence_no text?"),
    _c("placed_at ts!"),
    _c("closed_at ts?", note="when it became paid, voided or cancelled"),
    _c("business_date date?"),
    _c("state enum!", "open|paid|voided|cancelled"),
    _c("total_minor money!"),
    _c("currency cur!"),
    _c("customer_key key?"),
    _c("request_id id?"),
    _c("fulfilment enum!", "carry_out|pickup|delivery"),
    _c("promised_at ts?"),
    _c("address_ok bool?"),
    _c("channel enum?", "till|online|phone|import"),
    _c("training bool?", note="a practice sale; it and all its rows are left out of every diagnosis"),
    _c("repeat_of id?", note="the cashier said: a genuine repeat of that order"),
)

ORDER_LINES = _table(
    "order_lines",
    "orders",
    "order_id line_no",
    _c("order_id id!"),
    _c("line_no int!"),
    _c("sku text!"),
    _c("name text?"),
    _c("quantity decimal!"),
    _c("amount_minor money!"),
    _c("line_kind enum?", LINE_KINDS, "null is read as goods; a discount subtracts"),
    _c("voided_at ts?"),
    _c("entry enum?", "scanned|keyed|touched"),
    note="The lines that are not voided sum to the order's total.",
)

PAYMENTS = _table(
    "payments",
    "payments",
    "payment_id",
    _c("payment_id id!"),
    _c("order_id id?"),
    _c("return_id id?"),
    _c("kind enum!", "sale|void|reversal|refund"),
    _c("original_payment_id id?"),
    _c("tender enum!", TENDERS),
    _c("amount_minor money!", note="cash amounts are net of change"),
    _c("currency cur!"),
    _c("state enum!", "intended|approved|declined|unknown|cancelled"),
    _c("occurred_at ts!"),
    _c("decided_at ts?"),
    _c("business_date date?"),
    _c("request_id id?"),
    _c("instrument_key key?"),
    _c("instrument_tail text?"),
    _c("terminal_id id?"),
    _c("operator_id id?"),
    _c("authoriser_id id?"),
    _c("reason text?"),
    _c("acquirer text?", note="not null: the payment must be found at that acquirer"),
    _c("stan text?"),
    _c("rrn text?"),
    _c("approval_code text?"),
    _c("response_code text?"),
    note="Our own book of payments.",
)

ACQUIRER_RECORDS = _table(
    "acquirer_records",
    "payments",
    "record_id",
    _c("record_id id!", note="made by the reader from kind, platform number, merchant number and refund number"),
    _c("acquirer text!"),
    _c("source enum?", "bill|settlement|webhook|inquiry", "null is read as bill"),
    _c("kind enum!", "sale|void|reversal|refund|fee|chargeback"),
    _c("state enum!", "succeeded|pending|failed"),
    _c("amount_minor money!"),
    _c("currency cur!"),
    _c("occurred_at ts!"),
    _c("settled_on date?"),
    _c("our_reference id?"),
    _c("original_reference id?"),
    _c("acquirer_reference text?"),
    _c("stan text?"),
    _c("rrn text?"),
    _c("approval_code text?"),
    _c("store_id id?"),
    _c("terminal_id id?"),
    _c("operator_id id?"),
    _c("instrument_key key?"),
    _c("instrument_tail text?"),
    note="Their book: rows of bills, settlement files, webhooks and inquiries.",
)

SLIPS = _table(
    "slips",
    "slips",
    "slip_id",
    _c("slip_id id!"),
    _c("order_id id?"),
    _c("payment_id id?"),
    _c("return_id id?"),
    _c("kind enum!", "sale|void|refund|return|delivery"),
    _c("form enum!", "paper|electronic|invoice|manual"),
    _c("state enum!", "due|printing|printed|sent|failed"),
    _c("fault text?"),
    _c("copy_no int!", note="0 is the original"),
    _c("amount_minor money?"),
    _c("currency cur?"),
    _c("occurred_at ts!"),
    _c("terminal_id id?"),
)

NOTICES = _table(
    "notices",
    "slips",
    "notice_id",
    _c("notice_id id!"),
    _c("origin enum!", "shop|acquirer|bank|platform"),
    _c("channel enum!", "sms|email|push|webhook|portal"),
    _c("says enum!", "charged|refunded|reversed|shipped|delivered|other"),
    _c("state enum!", "queued|accepted|delivered|failed"),
    _c("order_id id?"),
    _c("payment_id id?"),
    _c("our_reference id?"),
    _c("amount_minor money?"),
    _c("currency cur?"),
    _c("customer_key key?"),
    _c("instrument_tail text?"),
    _c("occurred_at ts!"),
)

PARCELS = _table(
    "parcels",
    "deliveries",
    "parcel_id",
    _c("parcel_id id!"),
    _c("order_id id!"),
    _c("carrier text?"),
    _c("tracking_number text?"),
    _c("shipped_at ts?"),
    _c("uploaded_at ts?", note="when the shipping data reached the payment platform"),
    _c("promised_at ts?"),
    _c("state enum!", "created|shipped|delivered|confirmed|returned|lost"),
    _c("delivered_at ts?"),
    _c("disputed_at ts?"),
    _c("dispute enum?", "not_received|wrong_goods|missing_goods|damaged|other"),
    _c("confirmed_at ts?"),
    _c("confirmed_by enum?", "customer|policy|staff"),
)

TRACKING_EVENTS = _table(
    "tracking_events",
    "deliveries",
    "parcel_id occurred_at status",
    _c("parcel_id id!"),
    _c("occurred_at ts!"),
    _c(
        "status enum!",
        "picked_up|in_transit|out_for_delivery|ready_for_pickup|delivered"
        "|delivery_failed|delivery_delayed|on_hold|returned|lost",
    ),
    _c("reason text?", note="carrier_*, consignee_*, customs_*, weather_*; a bad address contains `address`"),
    _c("place text?"),
    _c("lat float?"),
    _c("lon float?"),
    note="An exact repeat collapses and is counted.",
)

RETURNS = _table(
    "returns",
    "returns",
    "return_id",
    _c("return_id id!"),
    _c("order_id id?", note="null: no original known"),
    _c("state enum!", "requested|approved|rejected|received|refunded|exchanged|reshipped|closed"),
    _c("requested_at ts!"),
    _c("decided_at ts?"),
    _c("received_at ts?"),
    _c("operator_id id?"),
    _c("authoriser_id id?"),
    _c("reason text?"),
    _c("amount_minor money!"),
    _c("currency cur!"),
    _c("customer_key key?"),
    _c("instrument_key key?"),
    _c("restocked_at ts?"),
)

RETURN_LINES = _table(
    "return_lines",
    "returns",
    "return_id line_no",
    _c("return_id id!"),
    _c("line_no int!"),
    _c("sku text!"),
    _c("quantity decimal!"),
    _c("amount_minor money!"),
    _c("line_kind enum?", LINE_KINDS, "null is read as goods"),
    _c("order_line_no int?"),
    _c("condition enum?", "good|opened|damaged"),
)

TERMINAL_EVENTS = _table(
    "terminal_events",
    "telemetry",
    "terminal_id occurred_at kind",
    _c("terminal_id id!"),
    _c("occurred_at ts!"),
    _c("kind enum!", "heartbeat|printer|network|software|clock|power"),
    _c(
        "value text!",
        note="network: online, slow, offline; printer: ok, paper_low, paper_out, cover_open, jam, cutter, "
        "overheated, offline; power: on, off, battery; clock: offset in seconds; software: version",
    ),
    _c("detail text?"),
)

TABLES: Mapping[str, Table] = MappingProxyType(
    {
        table.name: table
        for table in (
            ORDERS,
            ORDER_LINES,
            PAYMENTS,
            ACQUIRER_RECORDS,
            SLIPS,
            NOTICES,
            PARCELS,
            TRACKING_EVENTS,
            RETURNS,
            RETURN_LINES,
            TERMINAL_EVENTS,
        )
    }
)

#: Files in a folder of books that are not books and are never read as such, by the stem of their name.
NOT_BOOKS = ("truth", "findings", "world", "checks")

#: The file endings a folder of books may use, in the order of preference when writing.
ENDINGS = (".parquet", ".csv", ".csv.gz", ".ndjson")
