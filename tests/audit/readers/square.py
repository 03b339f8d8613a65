"""A small Square export, written for tests from headers that people have published; nobody's real data."""

from __future__ import annotations

from tests.audit.readers.exports import Export

_PAID = {
    "Date": "11/15/2025",
    "Time": "21:18:15",
    "Time Zone": "Pacific Time (US & Canada)",
    "Gross Sales": "$1,060.00",
    "Discounts": "$0.00",
    "Service Charges": "$0.00",
    "Net Sales": "$1,060.00",
    "Gift Card Sales": "$0.00",
    "Tax": "$0.16",
    "Tip": "$10.00",
    "Partial Refunds": "$0.00",
    "Total Collected": "$1,070.16",
    "Source": "Point of Sale",
    "Card": "$1,070.16",
    "Card Entry Methods": "Tapped",
    "Cash": "$0.00",
    "Square Gift Card": "$0.00",
    "Other Tender": "$0.00",
    "Other Tender Type": "",
    "Tender Note": "",
    "Fees": "-$1.85",
    "Net Total": "$1,068.31",
    "Transaction ID": "TX1",
    "Payment ID": "PM1",
    "Card Brand": "Visa",
    "PAN Suffix": "1234",
    "Device Name": "Anna's tablet",
    "Staff Name": "Anna Example",
    "Staff ID": "",
    "Details": "",
    "Description": "Mug (Regular), for Anna",
    "Event Type": "Payment",
    "Location": "Main",
    "Dining Option": "",
    "Customer ID": "CUST1",
    "Customer Name": "Ben Example",
    "Transaction Status": "Complete",
}
_SPLIT = {"Card": "$1,000.00", "Cash": "$50.16", "Square Gift Card": "$5.00", "Other Tender": "$15.00"}
_REFUND = {
    "Time": "10:00:00 PM",
    "Gross Sales": "-$20.00",
    "Net Sales": "-$20.00",
    "Tax": "$0.00",
    "Tip": "$0.00",
    "Total Collected": "-$20.00",
    "Card": "-$20.00",
    "Transaction ID": "TX3",
    "Event Type": "Refund",
}
SQUARE = Export(
    reader="square-transactions",
    enum="Event Type",
    one_draft_a_row=False,
    rows=(
        _PAID,
        _PAID | _SPLIT | {"Transaction ID": "TX2", "Payment ID": "PM2", "Dining Option": "Pick Up"},
        _PAID | _REFUND | {"Payment ID": "PM2"},
        _PAID | _REFUND | {"Transaction ID": "TX4", "Payment ID": "PM0"},
    ),
)
