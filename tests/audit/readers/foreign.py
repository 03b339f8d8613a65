"""Small exports of foreign systems, written for tests from the published lists of columns; nobody's real data."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """One format: its rows, and where a word of an enum stands in them."""

    reader: str
    rows: tuple[Mapping[str, str], ...]
    #: The column whose words the reader knows.
    enum: str
    #: Whether each row becomes one row of one table, so that rows can be counted.
    one_draft_a_row: bool = True

    def text(self, *changes: Mapping[str, str], labels: Sequence[str] | None = None) -> str:
        """Write the export, with each row changed as given and the columns in another order."""
        out = io.StringIO()
        names = labels or list(self.rows[0])
        writer = csv.DictWriter(out, names, restval="", lineterminator="\r\n")
        writer.writeheader()
        for number, row in enumerate(self.rows):
            writer.writerow({**row, **(changes[number] if number < len(changes) else {})})
        return out.getvalue()


STRIPE = Export(
    reader="stripe-balance",
    enum="reporting_category",
    rows=(
        {
            "balance_transaction_id": "txn_1",
            "created_utc": "2026-03-01 23:59:30",
            "available_on_utc": "2026-03-03 00:00:00",
            "currency": "usd",
            "gross": "35.80",
            "fee": "1.34",
            "net": "34.46",
            "reporting_category": "charge",
            "source_id": "ch_1",
            "customer_facing_amount": "35.80",
            "customer_facing_currency": "usd",
            "payment_intent_id": "pi_1",
            "payment_metadata[order_id]": "P1",
        },
        {
            "balance_transaction_id": "txn_2",
            "created_utc": "2026-03-02 10:00:00",
            "available_on_utc": "2026-03-04 00:00:00",
            "currency": "usd",
            "gross": "-10.00",
            "fee": "0.00",
            "net": "-10.00",
            "reporting_category": "refund",
            "source_id": "re_1",
            "payment_intent_id": "pi_1",
            "payment_metadata[order_id]": "P1",
        },
        {
            "balance_transaction_id": "txn_3",
            "created_utc": "2026-03-05 00:00:00",
            "currency": "usd",
            "gross": "-24.46",
            "fee": "0.00",
            "net": "-24.46",
            "reporting_category": "payout",
            "source_id": "po_1",
        },
    ),
)

_ADYEN = {
    "Company Account": "Company",
    "Merchant Account": "Shop",
    "Psp Reference": "8800000000000001",
    "Merchant Reference": "P1",
    "Payment Method": "visa",
    "Creation Date": "2026-07-01 11:26:49",
    "TimeZone": "CEST",
    "Type": "Settled",
    "Modification Reference": "8800000000000002",
    "Gross Currency": "EUR",
    "Gross Debit (GC)": "",
    "Gross Credit (GC)": "35.80",
    "Net Currency": "EUR",
    "Net Debit (NC)": "",
    "Net Credit (NC)": "35.50",
    "Batch Number": "4",
    "Modification Merchant Reference": "",
    "Booking Date": "2026-07-02 03:00:00",
}
ADYEN = Export(
    reader="adyen-settlement",
    enum="Type",
    rows=(
        _ADYEN,
        _ADYEN
        | {
            "Creation Date": "2026-12-02 10:00:00",
            "TimeZone": "CET",
            "Type": "Refunded",
            "Modification Reference": "8800000000000003",
            "Gross Debit (GC)": "10.00",
            "Gross Credit (GC)": "",
            "Modification Merchant Reference": "R1",
        },
        _ADYEN
        | {
            "Psp Reference": "",
            "Merchant Reference": "",
            "Type": "MerchantPayout",
            "Modification Reference": "",
            "Gross Currency": "",
            "Gross Credit (GC)": "",
            "Net Debit (NC)": "25.50",
        },
    ),
)

#: Every export of this module, for the tests that all of them must pass.
EXPORTS: tuple[Export, ...] = (STRIPE, ADYEN)
