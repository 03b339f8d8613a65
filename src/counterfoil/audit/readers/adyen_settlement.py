"""Adyen's settlement details report, as CSV or Excel: one row for each booking of a payment, with its modification.

Columns and types: docs.adyen.com, "Settlement details report". A sale is a row of type `Settled` and is the gross
credit in the currency of the payment; a refund is the gross debit. A payment that was captured in parts has a row for
each capture, so the modification's number is a part of the record's. The time is `Creation Date`, in the zone that
stands beside it in the row; the day of settlement is the booking date.

`Merchant Reference` is our number of a sale; a refund has the number of its sale there, and a number of its own only
where the report was set up with `Modification Merchant Reference`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.audit.readers.amounts import minor_sql, scale_sql
from counterfoil.audit.readers.contract import Reading
from counterfoil.audit.readers.drafting import draft
from counterfoil.audit.readers.hashing import made_id_sql
from counterfoil.audit.readers.headers import labels_in
from counterfoil.audit.readers.raw_table import Layout
from counterfoil.audit.readers.row_zones import zoned_utc_sql
from counterfoil.audit.readers.settlement_rows import kind_counts, record_columns, record_gives, settlement_checks
from counterfoil.audit.readers.sieve import sift
from counterfoil.audit.readers.tables import read_table
from counterfoil.audit.readers.times import local_sql
from counterfoil.audit.readers.words import translated_sql

if TYPE_CHECKING:
    import duckdb

    from counterfoil.audit.readers.contract import ReadOptions, Sample, SourceFile
    from counterfoil.audit.readers.raw_table import RawTable

ACQUIRER = "adyen"

_REQUIRED = (
    "Psp Reference", "Merchant Reference", "Creation Date", "TimeZone", "Type", "Modification Reference",
    "Gross Currency", "Gross Debit (GC)", "Gross Credit (GC)",
)  # fmt: skip
_OTHER = (
    "Net Currency", "Net Debit (NC)", "Net Credit (NC)", "Modification Merchant Reference", "Booking Date", "Store",
    "Unique Terminal ID",
)  # fmt: skip
_LAYOUT = Layout(required=_REQUIRED, delimiters=(",", ";", "\t"), keep=frozenset((*_REQUIRED, *_OTHER)))

_NO_SALES = (
    "RefundedReversed", "ChargebackReversed", "MerchantPayout", "MerchantPayin", "InternalCompanyPayout",
    "Balancetransfer", "BalanceTransfer", "DepositCorrection", "InvoiceDeduction", "MatchedStatement",
    "ManualCorrected", "BankInstructionReturned", "EpaPaid", "ReserveAdjustment", "PaidOut", "PaidOutReversed",
    "Advancement", "AdvancementCommissionAdjustment", "Capital",
)  # fmt: skip
_KINDS = {
    "Settled": "sale",
    "SettledBulk": "sale",
    "SettledInInstallments": "sale",
    "SettledExternally": "sale",
    "SettledExternallyWithInfo": "sale",
    "Refunded": "refund",
    "RefundedBulk": "refund",
    "RefundedExternally": "refund",
    "RefundedExternallyWithInfo": "refund",
    "SettledReversed": "reversal",
    "Chargeback": "chargeback",
    "SecondChargeback": "chargeback",
    "ChargebackExternally": "chargeback",
    "ChargebackExternallyWithInfo": "chargeback",
    "Fee": "fee",
    "PaymentCost": "fee",
    "AuthorisationSchemeFee": "fee",
    "MiscCosts": "fee",
} | dict.fromkeys(_NO_SALES, "other")


class AdyenSettlement:
    """Reads Adyen's settlement details report into acquirer records."""

    name = "adyen-settlement"
    title_en = "Adyen settlement details report"
    title_zh = "Adyen 结算明细报告"
    tested_on_real_files = False
    gives = record_gives(
        "settled_on", "our_reference", "original_reference", "acquirer_reference", "store_id", "terminal_id"
    )

    def recognises(self, sample: Sample) -> bool:
        """Say whether the columns are those of the report."""
        return labels_in(sample, _REQUIRED, _LAYOUT.delimiters) is not None

    def read(self, connection: duckdb.DuckDBPyConnection, source: SourceFile, options: ReadOptions) -> Reading:
        """Turn bookings into acquirer records."""
        table = read_table(connection, source, _LAYOUT)
        rows = f"({_rows_sql(table)})"
        moment = zoned_utc_sql(connection, rows, zone="time_zone", local="created_at", override=options.time_zone)
        sifted = sift(connection, f"(SELECT *, {moment} AS occurred_at FROM {rows})", _CHECKS)
        columns = record_columns(ACQUIRER, options, _COLUMNS)
        return Reading(
            reader=self.name,
            drafts=(draft(connection, "acquirer_records", columns, sifted.table),),
            rows_read=table.rows,
            set_aside=(*table.misfits, *sifted.set_aside),
            counts={"rows": table.rows, **kind_counts(connection, sifted.table)},
        )


def _rows_sql(table: RawTable) -> str:
    """Return the query that gives every row its meaning; values that have none are null."""
    debit, credit = table.column("Gross Debit (GC)"), table.column("Gross Credit (GC)")
    kind = translated_sql(table.column("Type"), _KINDS)
    # A fee belongs to no payment: it stands in the net columns alone.
    side = (
        f"CASE WHEN {kind} = 'sale' THEN {credit} "
        f"WHEN {kind} = 'fee' THEN coalesce({debit}, {table.first_or_null('Net Debit (NC)')}) ELSE {debit} END"
    )
    return f"""
        SELECT *, CASE WHEN known = 'fee' AND amount_text IS NULL THEN 'other' ELSE known END AS kind,
               {minor_sql("amount_text", scale=scale_sql("currency"))} AS amount_minor
        FROM (
            SELECT source_line, {table.column("Type")} AS word, {kind} AS known, {side} AS amount_text,
                   coalesce({table.column("Gross Currency")}, {table.first_or_null("Net Currency")}) AS currency,
                   coalesce({table.column("Psp Reference")}, {table.column("Modification Reference")},
                            CASE WHEN {kind} IN ('fee', 'other')
                                 THEN concat_ws(' ', {table.column("Type")}, {table.column("Creation Date")}) END
                   ) AS platform,
                   {table.column("Modification Reference")} AS modification,
                   {table.column("Merchant Reference")} AS our_number,
                   {table.first_or_null("Modification Merchant Reference")} AS refund_number,
                   {table.column("Creation Date")} AS time_text, {table.column("TimeZone")} AS time_zone,
                   {local_sql(table.column("Creation Date"))} AS created_at,
                   {local_sql(table.first_or_null("Booking Date"))} AS booked_at,
                   {table.first_or_null("Store")} AS store, {table.first_or_null("Unique Terminal ID")} AS terminal
            FROM {table.table}
        )
    """


_CHECKS = settlement_checks(
    number="Psp Reference", word="Type", amount="Gross Debit / Credit (GC)", time="Creation Date, TimeZone",
    currency="Gross Currency",
)  # fmt: skip

#: Our columns over the sifted rows.
_COLUMNS = {
    "record_id": made_id_sql(
        "kind", f"'{ACQUIRER}'", "word", "platform", "modification", "our_number", "refund_number"
    ),
    "settled_on": "CAST(booked_at AS DATE)",
    "our_reference": "CASE WHEN kind = 'sale' THEN our_number WHEN kind = 'refund' THEN refund_number END",
    "original_reference": "CASE WHEN kind NOT IN ('sale', 'fee') THEN our_number END",
    "acquirer_reference": "CASE WHEN kind = 'sale' THEN platform ELSE coalesce(modification, platform) END",
    "store_id": "store",
    "terminal_id": "terminal",
}

READER = AdyenSettlement()
