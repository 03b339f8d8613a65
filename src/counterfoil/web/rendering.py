"""Templates: strict, escaped, and with the visit in every one of them. What is written for people is written here.

A template holds no text in one language: it says both, side by side (`say`), as the code does with `Text`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import jinja2
from jinja2.runtime import Context
from markupsafe import Markup, escape

from counterfoil import __version__
from counterfoil.languages import Language, Text
from counterfoil.money import show
from counterfoil.refusals import Refused
from counterfoil.shop.staff.model import Theme, Verb
from counterfoil.shop.staff.roles import ROLE_NAMES
from counterfoil.web import showing
from counterfoil.web.built_files import BuiltFiles
from counterfoil.web.forms import FIELD
from counterfoil.web.kit import Kit, homes_of_macros
from counterfoil.web.places import place_at, places_of
from counterfoil.web.refusing import refusal_said
from counterfoil.web.told import MESSAGES
from counterfoil.web.visits import Visit

#: Unicode's first strong isolate, and its end (UAX 9); they work in attributes, too.
_ISOLATE, _END_OF_ISOLATE = "\u2068", "\u2069"

#: Ids as we make them (ULID), and digests, with what was put before or behind one to make another of it (`sale:…`,
#: `….r1`): too long to be read in a sentence, and told apart by their ends.
_LONG_ID = (
    r"(?<![0-9A-Za-z])(?P<id>(?:[a-z]{1,12}[:-])?(?:[0-9A-HJKMNP-TV-Z]{26}|[0-9a-f]{32,64})(?:\.[a-z][0-9]{1,3})?)"
    r"(?![0-9A-Za-z])"
)
#: A day, and the time behind it: one thing, which no line ends in the middle of.
_DAY = r"(?<![0-9A-Za-z-])\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?)?(?![0-9A-Za-z-])"
_WHOLE = re.compile(f"{_LONG_ID}|{_DAY}")
#: Between a number and its unit or its currency.
_UNIT = re.compile(r"(?<=\d) (?=(?:s|min|h|d|days?|[A-Z]{3})(?![0-9A-Za-z]))")

FOLDER = Path(__file__).parent / "templates"


class Templates:
    """The templates of the pages."""

    def __init__(self, files: BuiltFiles, folder: Path = FOLDER) -> None:
        """Take what was built; each template is read once."""
        self.files = files
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(folder),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=-1,
        )
        self._environment.globals.update(_GLOBALS)
        self._environment.globals["files"] = files
        self._homes = homes_of_macros(self._environment, folder)

    def render(self, template: str, *, visit: Visit, **values: Any) -> str:  # noqa: ANN401 — whatever the template shows
        """Fill a template in for one visit."""
        kit = Kit(self._environment, self._homes, {"visit": visit})
        return self._environment.get_template(template).render(visit=visit, kit=kit, **values)


def _visit(context: Context) -> Visit:
    visit: Visit = context["visit"]
    return visit


def _apart(values: Mapping[str, object]) -> Mapping[str, object]:
    """Keep what is filled in from turning the sentence around it: a name may be written from right to left."""
    return {
        name: f"{_ISOLATE}{value}{_END_OF_ISOLATE}" if type(value) is str else value for name, value in values.items()
    }


def _initial(name: str) -> str:
    """Return the letter that stands for somebody."""
    return next((letter.upper() for letter in name if letter.isalnum()), "·")


@jinja2.pass_context
def _say(context: Context, *, en: str, zh: str, **values: object) -> Markup:
    """Say something that the template says in both languages; what is filled in is escaped."""
    text = zh if _visit(context).language is Language.ZH else en
    return Markup(text).format(**_apart(values))  # noqa: S704 — the text is the template's own


@jinja2.pass_context
def _count(context: Context, n: int, *, one: str, other: str, zh: str, **values: object) -> Markup:
    """Say how many there are: `count(3, one='{n} case', other='{n} cases', zh='{n} 个个案')`."""
    language = _visit(context).language
    text = zh if language is Language.ZH else one if showing.is_one(n, language) else other
    return Markup(text).format(n=showing.number(n, language), **_apart(values))  # noqa: S704 — as above


@jinja2.pass_context
def _said(context: Context, text: Text | Refused, **values: object) -> str:
    """Say what the code says in both languages."""
    visit = _visit(context)
    if isinstance(text, Refused):
        return refusal_said(text, visit.zone, visit.language)
    return text.to(visit.language, **values)


@jinja2.pass_context
def _sentence(context: Context, text: Text) -> Markup:
    """Say a sentence of the rules with the ends of its ids; whoever points at one sees all of it. A day stays whole."""
    # A number and its unit stand on one line.
    said = _UNIT.sub("\N{NO-BREAK SPACE}", text.to(_visit(context).language))
    parts, at = [], 0
    for found in _WHOLE.finditer(said):
        parts.append(escape(said[at : found.start()]))
        if found["id"]:
            shown = Markup('<span class="id-in-text" title="{0}">{1}</span>').format(
                found[0], showing.short_id(found[0])
            )
        else:
            shown = Markup('<span class="moment">{0}</span>').format(found[0])
        parts.append(shown)
        at = found.end()
    return Markup("").join([*parts, escape(said[at:])])


@jinja2.pass_context
def _amount(context: Context, amount_minor: int, currency: str) -> str:
    return showing.amount(amount_minor, currency, _visit(context).language)


@jinja2.pass_context
def _number(context: Context, value: float) -> str:
    return showing.number(value, _visit(context).language)


@jinja2.pass_context
def _moment(context: Context, at: datetime) -> str:
    visit = _visit(context)
    return showing.moment(at, visit.zone, visit.language)


@jinja2.pass_context
def _exact_moment(context: Context, at: datetime) -> str:
    visit = _visit(context)
    return showing.exact_moment(at, visit.zone, visit.language)


@jinja2.pass_context
def _clock_time(context: Context, at: datetime) -> str:
    visit = _visit(context)
    return showing.clock_time(at, visit.zone, visit.language)


@jinja2.pass_context
def _exact_clock_time(context: Context, at: datetime) -> str:
    visit = _visit(context)
    return showing.exact_clock_time(at, visit.zone, visit.language)


@jinja2.pass_context
def _local_day(context: Context, at: datetime) -> date:
    return at.astimezone(_visit(context).zone).date()


@jinja2.pass_context
def _day(context: Context, on: date) -> str:
    return showing.day(on, _visit(context).language)


@jinja2.pass_context
def _weekday(context: Context, on: date) -> str:
    return showing.weekday(on, _visit(context).language)


@jinja2.pass_context
def _age(context: Context, at: datetime) -> str:
    visit = _visit(context)
    return showing.age(at, visit.now, visit.language)


@jinja2.pass_context
def _span(context: Context, length: timedelta) -> str:
    return showing.span(length, _visit(context).language)


#: What every template may call; those that show something know the visit's language and zone.
_GLOBALS: Mapping[str, Any] = {
    "say": _say,
    "count": _count,
    "said": _said,
    "sentence": _sentence,
    "short_id": showing.short_id,
    "amount": _amount,
    "number": _number,
    "moment_text": _moment,
    "exact_moment": _exact_moment,
    "clock_time": _clock_time,
    "exact_clock_time": _exact_clock_time,
    "local_day": _local_day,
    "day_text": _day,
    "weekday_text": _weekday,
    "age_text": _age,
    "span_text": _span,
    "plain_amount": show,
    "initial": _initial,
    "places_of": places_of,
    "place_at": place_at,
    "role_names": ROLE_NAMES,
    "Language": Language,
    # Each in its own letters, for whoever cannot read the other.
    "language_names": {Language.EN: "English", Language.ZH: "中文"},
    "Theme": Theme,
    "Verb": Verb,
    "messages": MESSAGES,
    "form_field": FIELD,
    "version": __version__,
}
