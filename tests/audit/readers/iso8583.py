"""A small table of ISO 8583 messages, written for tests from the standard's elements; nobody's real data."""

from __future__ import annotations

from tests.audit.readers.exports import Export

#: Published test numbers of the card schemes.
CARD = "4111111111111111"
MASKED = "411111******1111"

_SALE = {
    "MTI": "0210",
    "DE2": CARD,
    "DE3": "000000",
    "DE4": "000000003580",
    "DE7": "0301155930",
    "DE11": "000042",
    "DE12": "105930",
    "DE13": "0301",
    "DE15": "2026-03-02",
    "DE37": "606012000042",
    "DE38": "A1B2C3",
    "DE39": "00",
    "DE41": "T0000001",
    "DE42": "M00000000000001",
    "DE49": "840",
    "DE76": "",
    "DE88": "",
    "DE90": "",
}
_NEXT = {"DE11": "000043", "DE37": "606012000043", "DE7": "0301160000", "DE2": MASKED}
ISO8583 = Export(
    reader="iso8583-settlement",
    enum="DE39",
    rows=(
        _SALE | {"DE11": "000041", "DE37": "606012000041", "DE39": "51"},
        _SALE,
        _SALE | {"MTI": "0200", "DE39": ""},
        _SALE | _NEXT | {"DE3": "200000", "DE4": "000000001000"},
        _SALE
        | _NEXT
        | {
            "MTI": "0410",
            "DE11": "000044",
            "DE37": "606012000099",
            "DE90": "0200000042" + "0301155930" + "0" * 22,
        },
        _SALE | {"MTI": "0100", "DE11": "000050"},
        _SALE | {"MTI": "0500", "DE11": "000051", "DE76": "0000000001", "DE88": "0000000000003580"},
    ),
)
