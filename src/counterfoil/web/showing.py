"""How money, figures, times, spans and ids are written for people, most of it by Babel: one place for each. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_decimal

from counterfoil.languages import Language, Text
from counterfoil.money import scale_of, to_major

LOCALES: Mapping[Language, Locale] = MappingProxyType(
    {Language.EN: Locale.parse("en"), Language.ZH: Locale.parse("zh_Hans_CN")}
)
#: The day before the month, and no names of half days: a receipt in either language reads alike.
_MOMENTS = {Language.EN: "d MMM y, HH:mm", Language.ZH: "y年M月d日 HH:mm"}
_EXACT = {Language.EN: "EEEE, d MMMM y, HH:mm:ss zzzz", Language.ZH: "y年M月d日 EEEE HH:mm:ss zzzz"}
_CLOCK = {Language.EN: "HH:mm", Language.ZH: "HH:mm"}
_EXACT_CLOCK = "HH:mm:ss"
_DAYS = {Language.EN: "d MMM y", Language.ZH: "y年M月d日"}
_WEEKDAYS = {Language.EN: "EEE, d MMM", Language.ZH: "M月d日 EEE"}

#: A span is told in the next smaller unit while there are fewer than so many of the larger one.
_THRESHOLD = 1.5


_JUST_NOW = timedelta(seconds=10)
_MINUTE = timedelta(minutes=1)

#: An id longer than this is shown by so much of its end.
_WHOLE_ID_MAX, _END_OF_ID = 12, 8
NOW = Text(en="just now", zh="刚刚")


def short_id(text: str) -> str:
    """Return an id by its end where it is too long to be read; ids of one moment are told apart there."""
    return f"…{text[-_END_OF_ID:]}" if len(text) > _WHOLE_ID_MAX else text


def amount(amount_minor: int, currency: str, language: Language) -> str:
    """Write an amount with the currency's digits and groups, without its code: `1,234.50`."""
    digits = scale_of(currency)
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return str(format_decimal(to_major(amount_minor, currency), format=pattern, locale=LOCALES[language]))


def number(value: float, language: Language) -> str:
    """Write a figure with its groups."""
    return str(format_decimal(value, locale=LOCALES[language]))


def moment(at: datetime, zone: ZoneInfo, language: Language) -> str:
    """Write a moment to the minute, on the clock of the shop."""
    return str(format_datetime(at, _MOMENTS[language], tzinfo=zone, locale=LOCALES[language]))


def exact_moment(at: datetime, zone: ZoneInfo, language: Language) -> str:
    """Write a moment to the second, with its day and zone."""
    return str(format_datetime(at, _EXACT[language], tzinfo=zone, locale=LOCALES[language]))


def clock_time(at: datetime, zone: ZoneInfo, language: Language) -> str:
    """Write the time of day."""
    return str(format_datetime(at, _CLOCK[language], tzinfo=zone, locale=LOCALES[language]))


def exact_clock_time(at: datetime, zone: ZoneInfo, language: Language) -> str:
    """Write the time of day to the second."""
    return str(format_datetime(at, _EXACT_CLOCK, tzinfo=zone, locale=LOCALES[language]))


def day(on: date, language: Language) -> str:
    """Write a day."""
    return str(format_date(on, _DAYS[language], locale=LOCALES[language]))


def weekday(on: date, language: Language) -> str:
    """Write a day with its weekday, without its year."""
    return str(format_date(on, _WEEKDAYS[language], locale=LOCALES[language]))


def age(at: datetime, now: datetime, language: Language) -> str:
    """Write how long ago a moment was, or how long it is until then: `3 hours ago`, `in 2 days`."""
    if abs(at - now) < _JUST_NOW:
        return NOW.to(language)
    return _told(at - now, language, add_direction=True)


def span(length: timedelta, language: Language) -> str:
    """Write how long something takes: `3 hours`."""
    return _told(length, language)


def _told(length: timedelta, language: Language, *, add_direction: bool = False) -> str:
    # Nobody counts seconds beyond a minute.
    smallest: Literal["minute", "second"] = "minute" if abs(length) >= _MINUTE else "second"
    return str(
        format_timedelta(
            length, granularity=smallest, threshold=_THRESHOLD, add_direction=add_direction, locale=LOCALES[language]
        )
    )


def is_one(count: float, language: Language) -> bool:
    """Say whether the language counts this in the singular."""
    return LOCALES[language].plural_form(count) == "one"
