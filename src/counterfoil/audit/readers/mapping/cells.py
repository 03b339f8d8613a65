"""The SQL of one mapped column: the text it comes from, its value, and what may be wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.audit.readers.amounts import (
    exact_units_sql,
    minor_from_units_sql,
    minor_sql,
    product_units_sql,
    scale_sql,
)
from counterfoil.audit.readers.hashing import tail_sql
from counterfoil.audit.readers.mapping.model import Sign
from counterfoil.audit.readers.sieve import Check, bad_amount, bad_time, unknown_word
from counterfoil.audit.readers.sql_text import let, literal
from counterfoil.audit.readers.times import (
    DAY_FIRST_FORMATS,
    ISO_FORMATS,
    MONTH_FIRST_FORMATS,
    epoch_sql,
    has_offset_sql,
    instant_sql,
    local_sql,
    written_instant_sql,
)
from counterfoil.audit.readers.words import translated_sql
from counterfoil.books.format import Kind

if TYPE_CHECKING:
    from counterfoil.audit.readers.hashing import KeyedHash
    from counterfoil.audit.readers.mapping.model import Column
    from counterfoil.books import format as books

_NAMED = {"iso": ISO_FORMATS, "day-first": DAY_FIRST_FORMATS, "month-first": MONTH_FIRST_FORMATS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One mapped column in SQL, over rows that have the texts of all columns as `text_<name>`."""

    value: str
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a column needs to know beside itself."""

    #: The zone of local times; None: a time must carry its offset.
    zone: str | None
    decimal_comma: bool
    secret: KeyedHash
    #: SQL for the currency of the row.
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Site:
    """One column with the SQL names that the query gives its parts."""

    column: books.Column
    mapped: Column
    setting: Setting

    @property
    def text(self) -> str:
        """The text that stands in the file."""
        return f'"text_{self.column.name}"'

    @property
    def value(self) -> str:
        """The value made of it, as the checks see it."""
        return f'"value_{self.column.name}"'

    @property
    def label(self) -> str:
        """What the file calls the column."""
        return ", ".join((*self.mapped.sources, *self.mapped.first_of))

    @property
    def unreadable(self) -> str:
        """The condition that there is a text and no value."""
        return f"{self.text} IS NOT NULL AND {self.value} IS NULL"

    @property
    def comma(self) -> bool:
        """Whether a comma separates the decimals."""
        own = self.mapped.decimal_comma
        return self.setting.decimal_comma if own is None else own


def cell(column: books.Column, mapped: Column, setting: Setting) -> Cell:
    """Return the SQL of one mapped column."""
    site = _Site(column=column, mapped=mapped, setting=setting)
    if mapped.constant is not None:
        return Cell(value=literal(mapped.constant))
    if mapped.number_within is not None:
        return Cell(value=f"row_number() OVER (PARTITION BY {site.text} ORDER BY source_line)")
    match column.kind:
        case Kind.MONEY:
            return _money(site)
        case Kind.DECIMAL | Kind.INT:
            return _number(site)
        case Kind.TIME:
            return _time(site)
        case Kind.DATE:
            return _date(site)
        case Kind.KEY:
            return Cell(value=site.text if mapped.hashed else setting.secret.sql(site.text))
        case _:
            return _word(site)


def _signed(value: str, sign: Sign) -> str:
    match sign:
        case Sign.PLUS:
            return value
        case Sign.MINUS:
            return f"-({value})"
        case Sign.ABSOLUTE:
            return f"abs({value})"


def _money(site: _Site) -> Cell:
    """Amounts: exact, in the row's currency; a negative one is for the sign to explain."""
    mapped, scale = site.mapped, scale_sql(site.setting.currency) if site.mapped.major else 0
    if mapped.times is None:
        minor = minor_sql(site.text, scale=scale, rounding=mapped.rounding, decimal_comma=site.comma)
    else:
        quantity = f'"times_{site.column.name}"'
        units = product_units_sql(quantity, site.text, decimal_comma=site.comma)
        minor = let("_m", units, minor_from_units_sql("_m", scale=scale, rounding=mapped.rounding))
    negative = f"{site.unreadable} OR {site.value} < 0"
    return Cell(value=_signed(minor, mapped.sign), checks=(bad_amount(site.label, negative, site.text),))


def _number(site: _Site) -> Cell:
    """Quantities with up to four decimals, and whole numbers."""
    if site.column.kind is Kind.INT:
        value = minor_sql(site.text, scale=0)
    else:
        whole = minor_from_units_sql("_q", scale=4)
        exact = f"CAST({whole} AS DECIMAL(20, 0)) * CAST('0.0001' AS DECIMAL(4, 4))"
        value = let("_q", exact_units_sql(site.text, decimal_comma=site.comma), exact)
    check = Check(
        reason="bad_number",
        column=site.label,
        fails=site.unreadable,
        found=site.text,
        text_en="The value is no number that the column can hold.",
        text_zh="该值不是该列可以容纳的数字。",
    )
    return Cell(value=_signed(value, site.mapped.sign), checks=(check,))


def _formats(mapped: Column) -> tuple[str, ...]:
    """Return the formats of a column without the named ones; empty where only `epoch` is meant."""
    listed = mapped.formats or ("iso",)
    return tuple(form for one in listed for form in _NAMED.get(one, (one,)) if form != "epoch")


def _time(site: _Site) -> Cell:
    """Times: with their own offset, else in the zone that the mapping or the user names."""
    text, zone, formats = site.text, site.mapped.time_zone or site.setting.zone, _formats(site.mapped)
    unreadable = bad_time(site.label, site.unreadable, text)
    if not formats:
        return Cell(value=epoch_sql(text), checks=(unreadable,))
    zoned = tuple(form for form in formats if "%z" in form)
    local = tuple(form for form in formats if "%z" not in form)
    value = instant_sql(text, zone or "UTC", local or ISO_FORMATS)
    says_zone = has_offset_sql(text)
    if zoned:
        value = f"coalesce({written_instant_sql(text, zoned)}, {value})"
        says_zone = f"({says_zone} OR {written_instant_sql(text, zoned)} IS NOT NULL)"
    if "epoch" in site.mapped.formats:
        value = f"coalesce({epoch_sql(text)}, {value})"
        says_zone = f"({says_zone} OR {epoch_sql(text)} IS NOT NULL)"
    if zone is not None:
        return Cell(value=value, checks=(unreadable,))
    return Cell(value=value, checks=(unreadable, _without_offset(site, says_zone)))


def _without_offset(site: _Site, says_zone: str) -> Check:
    return Check(
        reason="time_without_offset",
        column=site.label,
        fails=f"{site.text} IS NOT NULL AND NOT {says_zone}",
        found=site.text,
        text_en="A time without Z or an offset, and no time_zone in the mapping.",
        text_zh="时间缺少时区偏移，且映射文件未设置 time_zone。",
    )


def _date(site: _Site) -> Cell:
    """Calendar days: the day as it is written, whatever time stands behind it."""
    value = f"CAST({local_sql(site.text, _formats(site.mapped) or ISO_FORMATS)} AS DATE)"
    return Cell(value=value, checks=(bad_time(site.label, site.unreadable, site.text),))


def _word(site: _Site) -> Cell:
    """Words and names: translated where the mapping says how; of an instrument only the tail is kept."""
    if site.column.name == "instrument_tail":
        return Cell(value=tail_sql(site.text))
    if site.mapped.words is None:
        return Cell(value=site.text)
    value = translated_sql(site.text, dict(site.mapped.words))
    if site.mapped.otherwise is not None:
        other = literal(site.mapped.otherwise)
        return Cell(value=f"CASE WHEN {site.text} IS NOT NULL THEN coalesce({value}, {other}) END")
    return Cell(value=value, checks=(unknown_word(site.label, site.unreadable, site.text),))
