"""Stripe's itemized balance and payout reconciliation reports, as CSV: one row for each balance transaction.

Columns and words: docs.stripe.com, "Balance report type", "Payout reconciliation report type" and "Reporting
categories". What is compared with our books is the customer-facing amount in the customer's currency, where the report
has it; the gross amount otherwise, which is the same unless Stripe exchanged currencies. Times are read from
`created_utc`; `created` alone is in the zone that the report was asked for, UTC unless the user says otherwise.

The shop's own number is what the shop wrote into the metadata of the payment (`payment_metadata[order_id]`,
`[our_reference]` or `[merchant_reference]`), else the number of the payment intent, which the till must then have kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.audit.readers.amounts import minor_sql, scale_sql
from counterfoil.audit.readers.contract import Reading
from counterfoil.audit.readers.drafting import draft
from counterfoil.audit.readers.hashing import made_id_sql
from counterfoil.audit.readers.headers import labels_in, normalise
from counterfoil.audit.readers.raw_table import Layout
from counterfoil.audit.readers.settlement_rows import kind_counts, record_columns, record_gives, settlement_checks
from counterfoil.audit.readers.sieve import sift
from counterfoil.audit.readers.tables import read_table
from counterfoil.audit.readers.times import instant_sql
from counterfoil.audit.readers.words import translated_sql
from counterfoil.errors import BadFile

if TYPE_CHECKING:
    import duckdb

    from counterfoil.audit.readers.contract import ReadOptions, Sample, SourceFile
    from counterfoil.audit.readers.raw_table import RawTable

ACQUIRER = "stripe"
ZONE = "UTC"

_REQUIRED = ("balance_transaction_id", "reporting_category", "currency", "gross", "fee", "net")
_CREATED = ("created_utc", "created")
_OURS = ("payment_metadata[order_id]", "payment_metadata[our_reference]", "payment_metadata[merchant_reference]")
_OUR_REFUND = ("refund_metadata[refund_id]", "refund_metadata[our_reference]")
_OTHER = (
    "customer_facing_amount", "customer_facing_currency", "payment_intent_id", "charge_id", "source_id",
    "available_on_utc", "available_on",
)  # fmt: skip
_LAYOUT = Layout(required=_REQUIRED, keep=frozenset((*_REQUIRED, *_CREATED, *_OURS, *_OUR_REFUND, *_OTHER)))

#: Money that moved without a sale or a refund, and corrections of such moves.
_NO_SALES = (
    "dispute_reversal", "refund_failure", "payout", "payout_reversal", "transfer", "transfer_reversal", "topup",
    "topup_reversal", "other_adjustment", "advance", "advance_funding", "anticipation_repayment", "contribution",
    "climate_order_purchase", "climate_order_refund", "connect_collection_transfer", "connect_reserved_funds",
    "financing_paydown", "financing_paydown_reversal", "financing_payout", "financing_payout_reversal",
    "issuing_authorization_hold", "issuing_authorization_release", "issuing_dispute", "issuing_disbursement",
    "issuing_transaction", "obligation", "platform_earning", "platform_earning_refund", "risk_reserved_funds",
    "currency_conversion", "unreconciled_customer_funds",
)  # fmt: skip
_KINDS = {
    "charge": "sale",
    "refund": "refund",
    "charge_failure": "reversal",
    "partial_capture_reversal": "reversal",
    "dispute": "chargeback",
    "fee": "fee",
    "network_cost": "fee",
} | dict.fromkeys(_NO_SALES, "other")


class StripeBalance:
    """Reads itemized Stripe reports into acquirer records."""

    name = "stripe-balance"
    title_en = "Stripe balance or payout reconciliation report"
    title_zh = "Stripe 余额／打款对账明细"
    tested_on_real_files = False
    gives = record_gives("settled_on", "our_reference", "original_reference", "acquirer_reference")

    def recognises(self, sample: Sample) -> bool:
        """Say whether the columns are those of an itemized report."""
        names = labels_in(sample, _REQUIRED)
        return names is not None and any(normalise(label) in names for label in _CREATED)

    def read(self, connection: duckdb.DuckDBPyConnection, source: SourceFile, options: ReadOptions) -> Reading:
        """Turn balance transactions into acquirer records; BadFile where there is no time."""
        table = read_table(connection, source, _LAYOUT)
        if table.first(*_CREATED) is None:
            raise BadFile(file=source.name, expected="a column created_utc or created", found="none of them")
        sifted = sift(connection, f"({_rows_sql(table, options)})", _CHECKS)
        columns = record_columns(ACQUIRER, options, _COLUMNS)
        return Reading(
            reader=self.name,
            drafts=(draft(connection, "acquirer_records", columns, sifted.table),),
            rows_read=table.rows,
            set_aside=(*table.misfits, *sifted.set_aside),
            counts={"rows": table.rows, **kind_counts(connection, sifted.table)},
        )


def _rows_sql(table: RawTable, options: ReadOptions) -> str:
    """Return the query that gives every row its meaning; values that have none are null."""
    zone = ZONE if table.has("created_utc") else options.time_zone or ZONE
    our = [table.column(label) for label in _OURS if table.has(label)]
    payment = table.first_or_null("payment_intent_id", "charge_id")
    refund = [table.column(label) for label in _OUR_REFUND if table.has(label)]
    shown = table.first_or_null("customer_facing_amount")
    # Both stand in the row or neither does; the gross amount alone says which way the money went.
    facing = f"{shown} IS NOT NULL AND {table.first_or_null('customer_facing_currency')} IS NOT NULL"
    return f"""
        SELECT *, CASE WHEN kind = 'sale' AND gross_minor >= 0 THEN abs(shown_minor)
                       WHEN kind IN ('refund', 'reversal', 'chargeback') AND gross_minor <= 0 THEN abs(shown_minor)
                       WHEN kind = 'fee' THEN abs(gross_minor) END AS amount_minor
        FROM (
            SELECT *, {minor_sql("gross", scale=scale_sql("gross_currency"))} AS gross_minor,
                   {minor_sql("amount_text", scale=scale_sql("currency"))} AS shown_minor,
                   CASE WHEN known = 'fee' AND NOT starts_with(gross, '-') THEN 'other' ELSE known END AS kind
            FROM (
                SELECT source_line, {table.column("reporting_category")} AS word,
                       {translated_sql(table.column("reporting_category"), _KINDS)} AS known,
                       {table.column("balance_transaction_id")} AS platform, {table.column("gross")} AS gross,
                       upper({table.column("currency")}) AS gross_currency,
                       CASE WHEN {facing} THEN {shown} ELSE {table.column("gross")} END AS amount_text,
                       upper(CASE WHEN {facing} THEN {table.first_or_null("customer_facing_currency")}
                                  ELSE {table.column("currency")} END) AS currency,
                       coalesce({", ".join((*our, payment))}) AS our_number,
                       {f"coalesce({', '.join(refund)})" if refund else "CAST(NULL AS VARCHAR)"} AS refund_number,
                       {table.first_or_null("source_id")} AS object_number,
                       {table.first_or_null(*_CREATED)} AS time_text,
                       {instant_sql(table.first_or_null(*_CREATED), zone)} AS occurred_at,
                       {instant_sql(table.first_or_null("available_on_utc", "available_on"), ZONE)} AS available_at
                FROM {table.table}
            )
        )
    """


_CHECKS = settlement_checks(
    number="balance_transaction_id", word="reporting_category", amount="gross", time="created", currency="currency"
)

#: Our columns over the sifted rows.
_COLUMNS = {
    "record_id": made_id_sql("kind", f"'{ACQUIRER}'", "platform", "our_number", "refund_number"),
    "settled_on": "CAST(available_at AS DATE)",
    "our_reference": "CASE WHEN kind = 'sale' THEN our_number WHEN kind = 'refund' THEN refund_number END",
    "original_reference": "CASE WHEN kind NOT IN ('sale', 'fee') THEN our_number END",
    "acquirer_reference": "coalesce(object_number, platform)",
}

READER = StripeBalance()
