"""Calls people, tills and stores by name where the books know an id: in a finding's sentence, and beside a row. Pure.

A finding is worded from ids, for it is compared and kept. Its sentence is read back by the very template that it was
worded from, so that nothing else in it is taken for an id; a sentence of another version stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from string import Formatter
from types import MappingProxyType

from counterfoil.detectors.catalogue import catalogue
from counterfoil.languages import Text
from counterfoil.refusals import Refused
from counterfoil.shop.merchants.model import Store, Terminal
from counterfoil.shop.staff.model import Person

#: What in a sentence, and which column of a row, is an id of somebody or something that has a name.
_PEOPLE = frozenset({"operator", "operator_id", "authoriser_id", "said_by"})
_TILLS = frozenset({"terminal", "terminal_id"})
_STORES = frozenset({"store", "store_id"})
_NAMED = _PEOPLE | _TILLS | _STORES
#: What in a refusal is somebody, or says who did something.
REFUSED_PEOPLE = frozenset({"staff_id", "owner_id", "who_en", "who_zh"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What a shop calls its people, its tills and its stores, by id."""

    people: Mapping[str, str]
    tills: Mapping[str, str]
    stores: Mapping[str, str]

    def of(self, column: str, word: str) -> str:
        """Return how the shop calls what a column names; what it does not know says itself."""
        for columns, names in ((_PEOPLE, self.people), (_TILLS, self.tills), (_STORES, self.stores)):
            if column in columns:
                return names.get(word, word)
        return word

    def in_sentence(self, exception: str, diagnosis: str, said: Text) -> Text:
        """Return a finding's sentence with names in the places of ids."""
        templates = _templates(exception, diagnosis)
        return Text(en=self._named(templates["en"], said.en), zh=self._named(templates["zh"], said.zh), is_filled=True)

    def _named(self, templates: Sequence[_Template], sentence: str) -> str:
        for template in templates:
            if found := template.shape.fullmatch(sentence):
                return "".join(
                    part if name is None else self.of(name, part)
                    for name, part in zip(template.parts, found.groups(), strict=True)
                )
        return sentence


def names_of(people: Iterable[Person], tills: Iterable[Terminal], stores: Iterable[Store]) -> Names:
    """Return the names of a shop, also of those who have left and of what is out of use."""
    return Names(
        people=MappingProxyType({one.staff_id: one.name for one in people}),
        tills=MappingProxyType({one.terminal_id: one.name for one in tills}),
        stores=MappingProxyType({one.store_id: one.name for one in stores}),
    )


def by_name(no: Refused, people: Iterable[Person]) -> Refused:
    """Return a refusal that calls people by name; who is nobody of the staff is called as before."""
    names = {str(one.staff_id): one.name for one in people}
    facts = {key: names.get(str(fact), fact) if key in REFUSED_PEOPLE else fact for key, fact in no.facts.items()}
    return replace(no, facts=facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Template:
    """A sentence that can be read back."""

    shape: re.Pattern[str]
    #: Of each group in turn what it names; None where it stays as it is.
    parts: Sequence[str | None]


@cache
def _templates(exception: str, diagnosis: str) -> Mapping[str, Sequence[_Template]]:
    """Return the sentences of a diagnosis in which something has a name, by language."""
    found = {
        language: [_template(text) for text in texts if _NAMED & {name for _, name, _, _ in Formatter().parse(text)}]
        for language, texts in _sentences(exception, diagnosis)
    }
    return MappingProxyType({"en": (), "zh": (), **found})


def _sentences(exception: str, diagnosis: str) -> Iterator[tuple[str, list[str]]]:
    known = catalogue().get(exception)
    for one in known.diagnoses if known is not None else ():
        if one.id == diagnosis:
            for language, text in one.sentence.items():
                yield language, [*(branch[language] for branch in one.sentences.values()), text]


def _template(text: str) -> _Template:
    shape, parts = "", list[str | None]()
    for literal, name, _, _ in Formatter().parse(text):
        shape += f"({re.escape(literal)})"
        parts.append(None)
        if name is not None:
            shape += "(.+?)"
            parts.append(name if name in _NAMED else None)
    return _Template(shape=re.compile(shape, re.DOTALL), parts=parts)
