"""PayPal's activity download, as CSV or tab-separated text with the English header.

Columns and words: PayPal, "Activity download" (developer.paypal.com, PP_ActivityDownload). What a row is follows from
`Type` and from the sign of `Gross`: money that goes out under the name of a payment is the shop's own purchase. The
status of a sale that was later refunded is `Refunded`; the sale did succeed all the same. Holds, conversions and
transfers are known words and no sales.

Times are in the zone of their row. Whether the day or the month comes first differs by country and is decided for the
whole file. Our number is the invoice's, else the custom one; without both it is PayPal's own number of the payment,
which the till must have kept. The payer's address becomes a keyed hash.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.audit.readers.amounts import minor_sql, scale_sql
from counterfoil.audit.readers.contract import Reading
from counterfoil.audit.readers.day_order import day_order
from counterfoil.audit.readers.drafting import draft
from counterfoil.audit.readers.hashing import KeyedHash, made_id_sql
from counterfoil.audit.readers.headers import labels_in, normalise
from counterfoil.audit.readers.raw_table import Layout
from counterfoil.audit.readers.row_zones import zoned_utc_sql
from counterfoil.audit.readers.settlement_rows import kind_counts, record_columns, record_gives, settlement_checks
from counterfoil.audit.readers.sieve import missing_value, sift, unknown_word
from counterfoil.audit.readers.tables import read_table
from counterfoil.audit.readers.times import local_sql
from counterfoil.audit.readers.words import translated_sql
from counterfoil.errors import BadFile

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from counterfoil.audit.readers.contract import ReadOptions, Sample, SourceFile
    from counterfoil.audit.readers.raw_table import RawTable

ACQUIRER = "paypal"

_REQUIRED = ("Date", "Time", "Type", "Status", "Currency", "Gross", "Fee", "Net", "Transaction ID")
_ZONES = ("TimeZone", "Time Zone")
_INVOICE = ("Invoice Number", "Invoice ID")
_OTHER = ("Custom Number", "Reference Txn ID", "From Email Address", "To Email Address")
_LAYOUT = Layout(
    required=_REQUIRED, delimiters=(",", "\t", ";"), keep=frozenset((*_REQUIRED, *_ZONES, *_INVOICE, *_OTHER))
)

#: Words of the header that only one country's export has.
_DAY_FIRST = ("VAT", "Postage and Packaging Amount")
_MONTH_FIRST = ("Sales Tax",)

_SALES = (
    "express checkout payment", "website payment", "website payments pro api solution", "mobile payment",
    "general payment", "payment", "ebay auction payment", "shopping cart item", "subscription payment",
    "recurring payment", "preapproved payment bill user payment", "direct credit card payment",
    "virtual terminal payment", "web accept payment received", "express checkout payment received",
    "shopping cart payment received", "subscription payment received", "donation payment", "donation received",
    "payment received", "invoice payment", "mobile express checkout payment", "tabbed payment",
    "third party payment", "paypal here payment", "qr code payment", "pos payment",
)  # fmt: skip
_NO_SALES = (
    "general withdrawal", "general withdrawal - bank account", "user initiated withdrawal",
    "withdraw funds to bank account", "auto-sweep", "bank deposit to pp account", "general credit card deposit",
    "general credit card withdrawal", "general currency conversion", "currency conversion",
    "user initiated currency conversion", "transfer", "mass pay payment", "mass payment", "authorization",
    "general authorization", "void of authorization", "order", "request", "payment hold", "payment release",
    "hold on available balance", "reversal of general account hold", "payment review hold",
    "payment review release", "account hold for open authorization", "hold on balance for dispute investigation",
    "cancellation of hold for dispute resolution", "general hold", "general hold release", "reserve hold",
    "reserve release", "chargeback reversal", "dispute reversal", "cancellation of refund", "fee reversal",
    "chargeback fee reversal", "general paypal debit card transaction", "debit card cash advance",
    "bank deposit to pp account (obsolete)", "general buyer credit payment", "account correction", "adjustment",
    "bonus", "general bonus", "tax collected by partner", "buyer credit payment withdrawal - transfer to bml",
    "general account adjustment", "referral bonus", "invoice sent",
)  # fmt: skip
_KINDS = (
    dict.fromkeys(_SALES, "sale")
    | dict.fromkeys(("payment refund", "refund", "partial refund"), "refund")
    | dict.fromkeys(("payment reversal", "reversal", "general reversal"), "reversal")
    | dict.fromkeys(("chargeback", "chargeback settlement"), "chargeback")
    | dict.fromkeys(("chargeback fee", "dispute fee", "general fee", "fee", "partner fee"), "fee")
    | dict.fromkeys(_NO_SALES, "other")
)
_STATES = (
    dict.fromkeys(("completed", "refunded", "partially refunded", "reversed", "partially reversed"), "succeeded")
    | dict.fromkeys(
        ("pending", "processing", "held", "on hold", "under review", "unclaimed", "uncleared", "created"), "pending"
    )
    | dict.fromkeys(
        ("denied", "failed", "canceled", "cancelled", "expired", "removed", "returned", "refused", "voided"), "failed"
    )
)


class PaypalActivity:
    """Reads PayPal's activity download into acquirer records."""

    name = "paypal-activity"
    title_en = "PayPal activity download"
    title_zh = "PayPal 交易活动下载"
    tested_on_real_files = False
    gives = record_gives("our_reference", "original_reference", "acquirer_reference", "instrument_key")

    def recognises(self, sample: Sample) -> bool:
        """Say whether the columns are those of the download."""
        names = labels_in(sample, _REQUIRED, _LAYOUT.delimiters)
        return names is not None and any(normalise(label) in names for label in _ZONES)

    def read(self, connection: duckdb.DuckDBPyConnection, source: SourceFile, options: ReadOptions) -> Reading:
        """Turn transactions into acquirer records; BadFile where day and month cannot be told apart."""
        table = read_table(connection, source, _LAYOUT)
        if table.first(*_ZONES) is None:
            raise BadFile(file=source.name, expected="a column TimeZone", found="none")
        header = _header_says(table)
        formats, remarks = day_order(connection, source, table, table.column("Date"), header=header)
        rows = f"({_rows_sql(table, formats)})"
        moment = zoned_utc_sql(connection, rows, zone="time_zone", local="local_time", override=options.time_zone)
        sifted = sift(connection, f"(SELECT *, {moment} AS occurred_at FROM {rows})", _CHECKS)
        secret = KeyedHash.on(connection, options.key)
        columns = record_columns(ACQUIRER, options, _columns(secret))
        return Reading(
            reader=self.name,
            drafts=(draft(connection, "acquirer_records", columns, sifted.table),),
            rows_read=table.rows,
            set_aside=(*table.misfits, *sifted.set_aside),
            counts={"rows": table.rows, **kind_counts(connection, sifted.table)},
            remarks=remarks,
        )


def _header_says(table: RawTable) -> bool | None:
    """Say whether the header's words stand for day first; None where they are silent or speak for both."""
    names = {normalise(label) for label in table.labels}
    day, month = (any(normalise(label) in names for label in labels) for labels in (_DAY_FIRST, _MONTH_FIRST))
    return day if day != month else None


def _rows_sql(table: RawTable, formats: tuple[str, ...]) -> str:
    """Return the query that gives every row its meaning; values that have none are null."""
    type_, status, gross = table.column("Type"), table.column("Status"), table.column("Gross")
    time = f"concat_ws(' ', {table.column('Date')}, {table.column('Time')})"
    invoice = f"coalesce({table.first_or_null(*_INVOICE)}, {table.first_or_null('Custom Number')})"
    return f"""
        SELECT *, CASE WHEN known IN ('sale', 'refund', 'fee') AND (gross_minor < 0) = (known = 'sale') THEN 'other'
                       ELSE known END AS kind,
               CASE WHEN (gross_minor >= 0) = (known = 'sale') OR gross_minor = 0 OR known = 'fee'
                    THEN abs(gross_minor) END AS amount_minor,
               coalesce(invoice, CASE WHEN known = 'sale' THEN platform ELSE earlier END) AS sale_number
        FROM (
            SELECT source_line, {type_} AS word, {translated_sql(f"lower({type_})", _KINDS)} AS known,
                   {status} AS status, {translated_sql(f"lower({status})", _STATES)} AS state,
                   {gross} AS amount_text, upper({table.column("Currency")}) AS currency,
                   {minor_sql(gross, scale=scale_sql(f"upper({table.column('Currency')})"))} AS gross_minor,
                   {table.column("Transaction ID")} AS platform, {invoice} AS invoice,
                   {table.first_or_null("Reference Txn ID")} AS earlier,
                   {time} AS time_text,
                   {local_sql(time, formats)} AS local_time,
                   {table.first_or_null(*_ZONES)} AS time_zone,
                   lower({table.first_or_null("From Email Address")}) AS sender,
                   lower({table.first_or_null("To Email Address")}) AS receiver
            FROM {table.table}
        )
    """


_CHECKS = (
    *settlement_checks(
        number="Transaction ID", word="Type", amount="Gross", time="Date, Time, TimeZone", currency="Currency"
    ),
    missing_value("Status", "status IS NULL"),
    unknown_word("Status", "state IS NULL", "status"),
)


def _columns(secret: KeyedHash) -> Mapping[str, str]:
    """Return our columns over the sifted rows."""
    return {
        "record_id": made_id_sql("kind", f"'{ACQUIRER}'", "platform", "invoice", "earlier"),
        "state": "state",
        "our_reference": "CASE WHEN kind = 'sale' THEN sale_number END",
        "original_reference": "CASE WHEN kind NOT IN ('sale', 'fee') THEN sale_number END",
        "acquirer_reference": "platform",
        # The customer sends the money of a sale and receives that of a refund.
        "instrument_key": secret.sql("CASE WHEN kind = 'sale' THEN sender ELSE receiver END"),
    }


READER = PaypalActivity()
