"""Decimal text into integer minor units, in SQL, exactly.

Understood are `1,234.56`, `45.0`, `¥12.30`, full-width digits, `(12.30)` and `12.30-` as negative, `-0`, an ISO code
or a currency sign at either end. Not understood (null, so that the caller sets the row aside): `NaN`, `1e9`, `inf`,
empty text, groups that are no thousands, more digits than money has. The arithmetic is on 128-bit integers; no
float comes near it. More decimals than the currency has are refused, or rounded by the one rule of `money.py`.
"""

from __future__ import annotations

from counterfoil.audit.readers.sql_text import let, literal
from counterfoil.money import SCALE_DEFAULT, SCALES

#: Decimals that are kept while an amount is computed; more are refused.
DECIMALS_MAX = 12

#: Digits before the point: up to a trillion in major units.
INTEGER_DIGITS_MAX = 15

_WIDE = ("０１２３４５６７８９．，－＋（）￥＄－−﹣", "0123456789.,-+()¥$---")
_SIGNS = r"(?:[¥$€£₩₹฿]|[A-Z]{3}|[A-Z]{2}\$)?"
_GROUPED_POINT = r"[0-9]{1,3}(?:[,'’ \x{00A0}\x{202F}][0-9]{3})+|[0-9]+"
_GROUPED_COMMA = r"[0-9]{1,3}(?:[.'’ \x{00A0}\x{202F}][0-9]{3})+|[0-9]+"


def scale_sql(currency: str) -> str:
    """Return SQL for the number of decimals of a currency column's value (JPY 0, CNY 2, KWD 3)."""
    cases = " ".join(
        f"WHEN {currency} IN ({', '.join(literal(code) for code, scale in sorted(SCALES.items()) if scale == digits)})"
        f" THEN {digits}"
        for digits in sorted(set(SCALES.values()))
    )
    return f"CASE {cases} ELSE {SCALE_DEFAULT} END"


def parts_sql(column: str, *, decimal_comma: bool = False) -> str:
    """Return SQL for the parts of an amount: a struct of `negative`, `digits` (whole) and `decimals`, or null."""
    plain = f"regexp_extract({column}, '^([+-]?)([0-9]{{1,{INTEGER_DIGITS_MAX}}})(?:\\.([0-9]*))?$', ['s', 'i', 'f'])"
    simple = let("_p", plain, "CASE WHEN _p.i <> '' THEN {negative: _p.s = '-', digits: _p.i, decimals: _p.f} END")
    if decimal_comma:
        return _written_parts(column, decimal_comma=True)
    return f"coalesce({simple}, {_written_parts(column, decimal_comma=False)})"


def _written_parts(column: str, *, decimal_comma: bool) -> str:
    """Return SQL that takes an amount apart as people write it."""
    groups, point = (_GROUPED_COMMA, ",") if decimal_comma else (_GROUPED_POINT, r"\.")
    number = rf"({groups})?(?:{point}([0-9]*))?"
    pattern = rf"^(\(?)\s*{_SIGNS}\s*([+-]?)\s*{_SIGNS}\s*{number}\s*([+-]?)\s*(?:元|{_SIGNS})\s*(\)?)$"
    text = f"trim(translate({column}, {literal(_WIDE[0])}, {literal(_WIDE[1])}))"
    found = f"regexp_extract({text}, {literal(pattern)}, ['open', 's', 'i', 'f', 't', 'shut'])"
    digits = "regexp_replace(_p.i, '[^0-9]', '', 'g')"
    ok = f"""
        (_p.i <> '' OR _p.f <> '') AND (_p.open = '') = (_p.shut = '') AND length({digits}) <= {INTEGER_DIGITS_MAX}
        AND (CASE WHEN _p.open = '(' THEN 1 ELSE 0 END + CASE WHEN _p.s <> '' THEN 1 ELSE 0 END
             + CASE WHEN _p.t <> '' THEN 1 ELSE 0 END) <= 1
    """
    negative = "_p.open = '(' OR _p.s = '-' OR _p.t = '-'"
    body = f"CASE WHEN {ok} THEN {{negative: {negative}, digits: {digits}, decimals: _p.f}} END"
    return let("_p", found, body)


def exact_units_sql(column: str, *, decimal_comma: bool = False) -> str:
    """Return SQL for an amount as a signed 128-bit count of 10^-12 units, or null where it is no amount."""
    units = f"CAST(_a.digits || rpad(rtrim(_a.decimals, '0'), {DECIMALS_MAX}, '0') AS HUGEINT)"
    body = f"""
        CASE WHEN _a IS NOT NULL AND length(rtrim(_a.decimals, '0')) <= {DECIMALS_MAX}
             THEN CASE WHEN _a.negative THEN -1 ELSE 1 END * {units} END
    """
    return let("_a", parts_sql(column, decimal_comma=decimal_comma), body)


def minor_from_units_sql(units: str, *, scale: int | str = SCALE_DEFAULT, rounding: bool = False) -> str:
    """Return SQL for BIGINT minor units from a signed count of 10^-12 units; half to even where it rounds."""
    divisor = f"[{', '.join('1' + '0' * (DECIMALS_MAX - digits) for digits in range(5))}][({scale}) + 1]"
    if rounding:
        up = "(_u.v % _u.d) * 2 > _u.d OR ((_u.v % _u.d) * 2 = _u.d AND (_u.v // _u.d) % 2 = 1)"
        whole = f"_u.v // _u.d + CASE WHEN {up} THEN 1 ELSE 0 END"
    else:
        whole = "CASE WHEN _u.v % _u.d = 0 THEN _u.v // _u.d END"
    body = f"TRY_CAST(CASE WHEN _u.n THEN -1 ELSE 1 END * ({whole}) AS BIGINT)"
    struct = f"{{v: CAST(abs({units}) AS HUGEINT), n: {units} < 0, d: CAST({divisor} AS HUGEINT)}}"
    return f"CASE WHEN ({units}) IS NOT NULL THEN {let('_u', struct, body)} END"


def minor_sql(
    column: str, *, scale: int | str = SCALE_DEFAULT, rounding: bool = False, decimal_comma: bool = False
) -> str:
    """Return SQL for an amount in major units (text) as signed BIGINT minor units, or null where it is none.

    `scale` is a number or SQL (see `scale_sql`).
    """
    units = exact_units_sql(column, decimal_comma=decimal_comma)
    return let("_e", units, minor_from_units_sql("_e", scale=scale, rounding=rounding))


def product_units_sql(quantity: str, price: str, *, decimal_comma: bool = False) -> str:
    """Return SQL for quantity × price (both text, the quantity with up to four decimals) in 10^-12 units, or null.

    A product that leaves 128 bits, or that has more than twelve decimals, is null.
    """
    whole = minor_from_units_sql("_q", scale=4)
    pieces = let("_q", exact_units_sql(quantity, decimal_comma=decimal_comma), whole)
    product = f"TRY(CAST(_n AS HUGEINT) * ({exact_units_sql(price, decimal_comma=decimal_comma)}))"
    exact = let("_w", product, "CASE WHEN _w % 10000 = 0 THEN _w // 10000 END")
    return let("_n", pieces, exact)
