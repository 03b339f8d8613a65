"""What a fact says beside its tag, as people read it: money as money, lists and maps flattened into words. Pure.

Whatever has no words here is shown as it stands; nothing of a fact is left out but what is empty.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from counterfoil.answer_words import said_of_code, said_of_decline, sentence
from counterfoil.fact_words import WORDS
from counterfoil.languages import Text
from counterfoil.reason_words import with_own_words
from counterfoil.web.office.journal_names import EACH, NAMES, VALUES

#: Deeper than this no fact of ours goes; what does is shown as it stands.
_DEPTH_MAX = 4
_MONEY = re.compile(r"_?minor(?=_|$)")
#: A quantity as the books write it, with the zeros behind its last figure.
_QUANTITY = re.compile(r"-?\d+\.\d+")
_QUANTITIES = frozenset({"lines", "before", "counted", "difference"})
#: Whoever these name works here, and is shown by name.
_PEOPLE = frozenset({"authoriser_id", "by", "to", "operator_id", "staff_id"})
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*(?:Z|[+-]\d\d:\d\d)")
#: What is an acquirer's word, or ours about one, or was chosen from a list.
_ANSWERS: Mapping[str, Callable[[str], Text]] = {
    "response_code": said_of_code,
    "decline": said_of_decline,
    "because": sentence,
    "note": sentence,
    "reason": with_own_words,
}
#: An id that we made, or the digest of a file: nobody reads it to its end.
_ID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}|[0-9a-f]{64}")
_YES, _NO = Text(en="yes", zh="是"), Text(en="no", zh="否")


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An amount, with its currency."""

    minor: int
    currency: str


Value = Text | Money | datetime | date | int | str
#: In this order: every moment is a date, too.
_SHAPES: Sequence[tuple[type, str]] = (
    (Money, "money"),
    (datetime, "moment"),
    (date, "day"),
    (int, "number"),
    (Text, "words"),
    (str, "plain"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One thing that a fact says."""

    label: Text
    #: What the body calls it, for whoever looks into the journal itself.
    name: str
    value: Value

    @property
    def shape(self) -> str:
        """How a page shows the value: `money`, `moment`, `day`, `number`, `words`, `id`, or `plain`."""
        if isinstance(self.value, str) and _ID.fullmatch(self.value):
            return "id"
        return next(shape for kind, shape in _SHAPES if isinstance(self.value, kind))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """What a body leaves to the shop around it."""

    currency: str
    #: By their ids.
    people: Mapping[str, str]


def details_of(body: Mapping[str, object], *, currency: str, people: Mapping[str, str]) -> Sequence[Detail]:
    """Return what a fact says; amounts are in the fact's own currency where it names one, else in the shop's."""
    named = body.get("currency")
    shop = Shop(currency=named if isinstance(named, str) and named else currency, people=people)
    return [detail for name, value in body.items() for detail in _told(name, name, _label(name), value, shop, 0)]


def _told(of: str, name: str, label: Text, value: object, shop: Shop, depth: int) -> Iterator[Detail]:
    """Yield what one value comes to; `of` is what its words go by."""
    if value is None or value in ({}, []):
        return
    if depth < _DEPTH_MAX and isinstance(value, Mapping):
        each = EACH.get(of)
        for key, inner in value.items():
            # The keys are either things of one kind, such as the lines, or say something themselves.
            part = _joined(each, str(key)) if each else _under(label, _label(str(key)))
            yield from _told(of if each else str(key), f"{name}.{key}", part, inner, shop, depth + 1)
    elif depth < _DEPTH_MAX and isinstance(value, list):
        if not any(isinstance(inner, Mapping | list) for inner in value):
            yield Detail(label=label, name=name, value=_listed([_value(of, inner, shop) for inner in value]))
            return
        for number, inner in enumerate(value, start=1):
            part = _joined(EACH.get(of, label), str(number))
            yield from _told(f"{of} each", f"{name}.{number}", part, inner, shop, depth + 1)
    else:
        yield Detail(label=label, name=name, value=_value(of, value, shop))


def _value(of: str, value: object, shop: Shop) -> Value:
    match value:
        case bool():
            return _YES if value else _NO
        case int() if _MONEY.search(of):
            return Money(minor=value, currency=shop.currency)
        case int():
            return value
        case str():
            return _text(of, value, shop)
        case _:
            return str(value)


def _text(of: str, value: str, shop: Shop) -> Value:
    if of in _PEOPLE and value in shop.people:
        return shop.people[value]
    words = VALUES.get(of, {}).get(value) or WORDS.get(of, {}).get(value)
    if words is not None:
        return words
    if of in _ANSWERS:
        return _ANSWERS[of](value)
    if of in _QUANTITIES and _QUANTITY.fullmatch(value):
        return value.rstrip("0").rstrip(".")
    if _MOMENT.fullmatch(value) or _DAY.fullmatch(value):
        try:
            return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
        except ValueError:
            return value
    return value


def _label(name: str) -> Text:
    known = NAMES.get(name) or NAMES.get(_MONEY.sub("", name))
    if known is not None:
        return known
    said = _MONEY.sub("", name).replace("_", " ").strip() or name
    return Text(en=said, zh=said)


def _under(outer: Text, inner: Text) -> Text:
    """Say a part behind the whole it belongs to."""
    return Text(en=f"{outer.en}, {inner.en}", zh=f"{outer.zh}，{inner.zh}")


def _joined(each: Text, key: str) -> Text:
    return Text(en=f"{each.en} {key}", zh=f"{each.zh} {key}")


def _listed(values: Sequence[object]) -> Text:
    both = [(one.en, one.zh) if isinstance(one, Text) else (str(one), str(one)) for one in values]
    return Text(en=", ".join(en for en, _ in both), zh="、".join(zh for _, zh in both))
