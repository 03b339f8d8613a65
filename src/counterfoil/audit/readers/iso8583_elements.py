"""What the data elements of ISO 8583 are called in a table that has one row for each message.

There is no standard for such a table. A label is understood that has the element's number (`DE4`, `de_004`, `F4`,
`field 4`, `bit4_amount`) or its name in ISO 8583:1987 as software for such messages writes it (`stan`, `rrn`,
`processing_code`). The names of a column that holds a whole date, with its year, are our own.
"""

from __future__ import annotations

import re

from counterfoil.audit.readers.spellings import Spelling

_NUMBERED = re.compile(r"(?:de|df|f|field|bit|data element) ?0{0,2}([1-9][0-9]{0,2})(?: .*)?")
_NAMES = {
    "0": ("mti", "message type", "message type indicator", "msg type", "de0", "de 0", "f0"),
    "2": ("pan", "primary account number", "masked pan", "pan masked", "pan tail", "card number", "card tail"),
    "3": ("processing code", "proc code"),
    "4": ("amount", "amount transaction", "transaction amount"),
    "7": ("transmission date time", "transmission date and time", "transmission datetime"),
    "11": ("stan", "system trace audit number", "trace number"),
    "12": ("local time", "time local transaction", "local transaction time"),
    "13": ("local date", "date local transaction", "local transaction date"),
    "15": ("settlement date", "date settlement"),
    "32": ("acquirer", "acquiring institution", "acquiring institution id", "acquiring institution id code"),
    "37": ("rrn", "retrieval reference number"),
    "38": ("approval code", "authorization code", "auth code", "authorization identification response"),
    "39": ("response code",),
    "41": ("terminal id", "tid", "card acceptor terminal identification"),
    "42": ("merchant id", "mid", "card acceptor identification code"),
    "49": ("currency", "currency code", "currency code transaction", "transaction currency code"),
    "74": ("credits number",),
    "75": ("credits reversal number",),
    "76": ("debits number",),
    "77": ("debits reversal number",),
    "86": ("credits amount",),
    "87": ("credits reversal amount",),
    "88": ("debits amount",),
    "89": ("debits reversal amount",),
    "90": ("original data elements", "original data"),
    "ours": ("our reference", "payment id", "merchant reference"),
    "dated": ("date", "business date", "transaction date", "processing date", "file date"),
}
_BY_NAME = {name: element for element, names in _NAMES.items() for name in names}


def element_of(label: str) -> str | None:
    """Return the number of the element that a normalised label means, `dated` or `ours` for our names, else None."""
    plain = " ".join(re.sub(r"[_.,/-]+", " ", label).split())
    if plain in _BY_NAME:
        return _BY_NAME[plain]
    numbered = _NUMBERED.fullmatch(plain)
    return numbered[1] if numbered and numbered[1] in _NAMES else None


MESSAGES = Spelling(
    meaning=element_of,
    needs=(*(frozenset((one,)) for one in ("0", "3", "4", "39")), frozenset(("11", "37")), frozenset(("7", "12"))),
    wanted="MTI, DE 3, DE 4, DE 39, DE 11 or 37, and DE 7 or 12",
)
