"""What the page of a case knows of what a playbook leaves open, as somebody would say it to the customer. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from counterfoil.desk.timeline.model import Lane
from counterfoil.languages import Language
from counterfoil.web import showing
from counterfoil.web.desk.case_page import CasePage

#: So long a bank may take to show what was sent back.
BANK_WORKING_DAYS = 5
_SATURDAY = 5
#: What has money of its own, and a number that its acquirer and the customer's bank can be asked about.
_OF_MONEY = ("payment", "acquirer_record")
_TABLES_OF_MONEY = ("payments", "acquirer_records")


def values_of(page: CasePage, *, zone: ZoneInfo, language: Language, now: datetime) -> Mapping[str, str]:
    """Return what is known, by the name of its place; what is not known has none, and stays a blank.

    `time` is a promise of whoever speaks to the customer: no page makes it for them.
    """
    speaking = page.leading or page.file.case
    minor, currency = speaking.amount_at_risk_minor, speaking.currency
    moved_at = [one.at for one in page.timeline.moments if one.lane is Lane.DELIVERIES and one.at is not None]
    found = {
        "amount": f"{currency}\u00a0{showing.amount(minor, currency, language)}" if minor and currency else "",
        "date": showing.day(_working_days_after(now.astimezone(zone).date(), BANK_WORKING_DAYS), language),
        "payment": showing.short_id(next(_numbers(page), "")),
        "since": showing.day(max(moved_at).astimezone(zone).date(), language) if moved_at else "",
        "when": showing.moment(speaking.occurred_at, zone, language) if speaking.occurred_at else "",
    }
    return {name: value for name, value in found.items() if value}


def _numbers(page: CasePage) -> Iterator[str]:
    """Yield numbers of money, the closest first: what the last step made, what the finding is about, its evidence."""
    speaking = page.leading or page.file.case
    for subject in (page.proof, speaking.subject, speaking.other_subject or ""):
        kind, _, number = subject.partition(":")
        if kind in _OF_MONEY:
            yield number
    for row in page.leading.evidence if page.leading else ():
        if row.get("table") in _TABLES_OF_MONEY:
            yield str(row["id"])


def _working_days_after(day: date, days: int) -> date:
    """Return the day so many working days later; a shop's holidays are not known, its weekends are."""
    left = days
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < _SATURDAY
    return day
