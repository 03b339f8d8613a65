"""The sentences of findings, in both languages, from the detectors' templates.

A template becomes one SQL expression over columns of text, so that a hundred thousand findings are worded at
once. Placeholders that have no value read "unknown" or 不详.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from string import Formatter

from counterfoil.books.troubles import TROUBLES
from counterfoil.detectors.catalogue import Diagnosis, catalogue

LANGUAGES = ("en", "zh")

#: What stands where a book does not say.
_UNKNOWN = {"en": "unknown", "zh": "不详"}

#: Words of the books that name a cause, for people.
FAULTS: Mapping[str, Mapping[str, str]] = {word: {"en": text.en, "zh": text.zh} for word, text in TROUBLES.items()}

#: Whose reason it is, where the word itself is not listed.
_WHOSE: Mapping[str, Mapping[str, str]] = {
    "carrier": {"en": "carrier: ", "zh": "承运商原因："},
    "consignee": {"en": "consignee: ", "zh": "收件人原因："},
    "customs": {"en": "customs: ", "zh": "海关原因："},
    "weather": {"en": "weather: ", "zh": "天气原因："},
}

#: Placeholders that read the same in both languages, and the column of text that each stands for.
_PLAIN = (
    "order other_order payment other_payment record return slip notice parcel operator terminal customer store "
    "amount other_amount when since k n peers_k peers_n"
).split()

#: Placeholders that are worded.
_WORDED = ("gap", "days", "fault")

PLACEHOLDERS = frozenset((*_PLAIN, *_WORDED))


def sentence_sql(language: str) -> str:
    """Return an SQL expression that words a finding; it reads the columns `text_<placeholder>`."""
    branches = [
        f"WHEN {_is(diagnosis, branch)} THEN {_template_sql(template, language)}"
        for diagnosis, branch, template in _templates(language)
    ]
    return f"CASE {' '.join(branches)} END"


def _templates(language: str) -> Iterator[tuple[Diagnosis, str | None, str]]:
    """Yield the sentences of the branches before that of their diagnosis, so that the closest one speaks."""
    for detector in catalogue().values():
        for diagnosis in detector.diagnoses:
            for branch, sentences in diagnosis.sentences.items():
                yield diagnosis, branch, sentences[language]
            yield diagnosis, None, diagnosis.sentence[language]


def _is(diagnosis: Diagnosis, branch: str | None) -> str:
    same = f"exception = {_quoted(diagnosis.exception)} AND diagnosis = {_quoted(diagnosis.id)}"
    return same if branch is None else f"{same} AND branch = {_quoted(branch)}"


def _template_sql(template: str, language: str) -> str:
    pieces = []
    for text, name, _, _ in Formatter().parse(template):
        if text:
            pieces.append(_quoted(text))
        if name is not None:
            column = f"text_{name}_{language}" if name in _WORDED else f"text_{name}"
            pieces.append(f"coalesce({column}, {_quoted(_UNKNOWN[language])})")
    return " || ".join(pieces)


def fault_sql(language: str) -> str:
    """Return an SQL expression that words the column `fault`; of an unlisted word at least whose reason it is."""
    known = " ".join(f"WHEN fault = {_quoted(word)} THEN {_quoted(texts[language])}" for word, texts in FAULTS.items())
    whose = " ".join(
        f"WHEN starts_with(fault, '{party}_') THEN {_quoted(texts[language])} "
        f"|| replace(substr(fault, {len(party) + 2}), '_', ' ')"
        for party, texts in _WHOSE.items()
    )
    return f"CASE {known} {whose} ELSE replace(fault, '_', ' ') END"


def gap_sql(language: str, later: str, earlier: str) -> str:
    """Return an SQL expression for the time between two moments, in the largest unit that fits twice."""
    units = {"en": (" s", " min", " h", " days"), "zh": (" 秒", " 分钟", " 小时", " 天")}[language]
    seconds = f"abs(epoch_us({later}) - epoch_us({earlier})) // 1000000"
    return (
        f"CASE WHEN {seconds} < 120 THEN {seconds} || '{units[0]}' WHEN {seconds} < 7200 THEN {seconds} // 60 || "
        f"'{units[1]}' WHEN {seconds} < 172800 THEN {seconds} // 3600 || '{units[2]}' "
        f"ELSE {seconds} // 86400 || '{units[3]}' END"
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
