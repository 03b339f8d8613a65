"""Numbers as people write them: of the digits 0 to 9, which every reader of the books knows. Pure.

Python reads more as a number than people mean by one: `1_0` is ten to it, and so are the digits of some thirty other
scripts. What was typed is kept as it was typed, and PostgreSQL, DuckDB or another program would read it otherwise.
"""

from __future__ import annotations

import re
from decimal import Decimal

#: More digits than anything has that is counted or paid in a shop.
DIGITS_MAX = 20
_WHOLE = re.compile(rf"[0-9]{{1,{DIGITS_MAX}}}")
#: With an exponent where Python writes one itself: 0.00001 is 1e-05.
_DECIMAL = re.compile(rf"-?[0-9]{{1,{DIGITS_MAX}}}(?:\.[0-9]{{1,{DIGITS_MAX}}})?(?:e-[0-9]{{1,2}})?")


def whole_number(written: str) -> int | None:
    """Return a whole number from 0 on; None where none is written."""
    return int(written) if _WHOLE.fullmatch(written) else None


def decimal_number(written: str) -> Decimal | None:
    """Return a number, with a minus or a point where they are written; None where none is written."""
    return Decimal(written) if _DECIMAL.fullmatch(written) else None
