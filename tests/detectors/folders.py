"""What a detector's folder must hold, checked file by file; each complaint is one sentence.

The checks read the folder as it lies on disk and the reference pages beside it. They never run a rule.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from string import Formatter
from typing import Any

from counterfoil.books.format import TABLES
from counterfoil.detectors.catalogue import EXCEPTIONS, Severity
from counterfoil.detectors.finishing.wording import PLACEHOLDERS
from counterfoil.detectors.ground.books import STAND_INS
from counterfoil.policy import Policy
from tests.tapes.tape import Tape, TapeError, read_tapes

LANGUAGES = ("en", "zh")
FILES = ("__init__.py", "rule.py", "detector.toml", "playbook.en.md", "playbook.zh.md")
HEADINGS = {
    "en": ("What happened", "Check first", "If it is harmless", "Put it right", "Tell the customer", "Close with"),
    "zh": ("发生了什么", "先查什么", "若属无害", "如何处理", "告知顾客", "以何结案"),
}
#: What `suppresses` may say about the silenced finding; docs/reference/diagnoses.md explains each.
SCOPES = ("order", "order_and_payments", "open_order", "standing_payments", "payment", "record", "reference")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_VERB = re.compile(r"[a-z]+(_[a-z]+)+")

Detector = Mapping[str, Any]


def complaints(folder: Path, docs: Path) -> list[str]:
    """Return everything that is wrong with a detector's folder."""
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        return [f"has no {name}" for name in missing]
    detector = tomllib.loads((folder / "detector.toml").read_text(encoding="utf-8"))
    try:
        tapes = {path.name: read_tapes(path) for path in sorted((folder / "examples").glob("*"))}
    except TapeError as error:
        return [str(error)]
    return [
        *_about_the_detector(folder.name, detector),
        *_about_sources(detector, docs),
        *(found for row in detector["diagnoses"] for found in _about_a_diagnosis(row)),
        *_about_playbooks(folder, detector),
        *_about_examples(detector, tapes),
    ]


def _about_the_detector(name: str, detector: Detector) -> Iterator[str]:
    if detector["id"] != name:
        yield f"calls itself {detector['id']}"
    yield from _untold(detector, ("title", "question"), "the detector")
    if not detector["known_gaps"]:
        yield "knows no gap of its own, which nobody believes"
    for gap in detector["known_gaps"]:
        if not gap.get("en") or not _CHINESE.search(gap.get("zh", "")):
            yield "has a known gap that is not told in both languages"
    known = {field.name for field in fields(Policy)}
    yield from (f"reads the unknown policy key {key}" for key in detector["policy"] if key not in known)
    names = [row["id"] for row in detector["diagnoses"]]
    yield from (f"has {twice} twice" for twice in {name for name in names if names.count(name) > 1})


def _untold(row: Mapping[str, Any], names: Sequence[str], what: str) -> Iterator[str]:
    for name in names:
        if not row.get(f"{name}_en"):
            yield f"{what} has no {name}_en"
        if not _CHINESE.search(row.get(f"{name}_zh", "")):
            yield f"{what} has no {name}_zh in Chinese"


def _about_sources(detector: Detector, docs: Path) -> Iterator[str]:
    """A source is a page with its section, a span of field cases, or ids of requirements."""
    text = " ".join(detector["sources"])
    page = (docs / "reference/diagnoses.md").read_text(encoding="utf-8")
    anchor = f"docs/reference/diagnoses.md#{detector['id']}"
    if anchor not in text or f"\n## {detector['id']}\n" not in page:
        yield f"does not name its section of the law, {anchor}"
    requirements = (docs / "reference/requirements.md").read_text(encoding="utf-8")
    named = re.findall(r"\b[UDVSRX]\d+\b", text)
    if not named:
        yield "names no requirement"
    yield from (f"names the unknown requirement {one}" for one in named if f"| {one} |" not in requirements)
    cases = (docs / "reference/field-cases.md").read_text(encoding="utf-8")
    span = re.search(r"cases (\d+)-(\d+)", text)
    if span is None or not all(f"| {number} |" in cases for number in span.groups()):
        yield "names no span of field cases"


def _about_a_diagnosis(row: Mapping[str, Any]) -> Iterator[str]:
    name = row["id"]
    yield from _untold(row, ("title", "question", "sentence"), name)
    if row["severity"] not in list(Severity):
        yield f"{name} has the unknown severity {row['severity']}"
    if not _VERB.fullmatch(row["next_step"]):
        yield f"{name} has no verb as its next step"
    branches: Mapping[str, Any] = row.get("branches", {})
    yield from _about_needs(name, [row["needs"], *branches.values()])
    yield from _about_sentences(row)
    for line in row["suppresses"]:
        if line["on"] not in SCOPES:
            yield f"{name} silences on the unknown scope {line['on']}"
        if line.get("branch") not in {None, *branches}:
            yield f"{name} silences by the unknown branch {line['branch']}"
        for silenced in line["diagnoses"]:
            exception, _, diagnosis = silenced.partition(".")
            if exception not in EXCEPTIONS or diagnosis not in {"*", *_diagnoses_of(exception)}:
                yield f"{name} silences the unknown diagnosis {silenced}"


def _diagnoses_of(exception: str) -> list[str]:
    path = Path(__file__).parents[2] / "src/counterfoil/detectors" / exception / "detector.toml"
    return [row["id"] for row in tomllib.loads(path.read_text(encoding="utf-8"))["diagnoses"]]


def _about_needs(name: str, lists: Sequence[Sequence[Sequence[str]]]) -> Iterator[str]:
    if not any(lists):
        yield f"{name} needs nothing"
    for need in {need for needs in lists for group in needs for need in group}:
        table, _, column = need.partition(".")
        known = need == STAND_INS or (table in TABLES and (not column or column in TABLES[table].names))
        if not known:
            yield f"{name} needs {need}, which no book has"
    if any(not group for needs in lists for group in needs):
        yield f"{name} has an empty group of needs"


def _about_sentences(row: Mapping[str, Any]) -> Iterator[str]:
    """Every sentence is told in both languages, with the same placeholders, all of which can be filled."""
    told: dict[str, Mapping[str, str]] = {"": {"en": row.get("sentence_en", ""), "zh": row.get("sentence_zh", "")}}
    told |= row.get("sentences", {})
    for branch, sentence in told.items():
        what = f"{row['id']} ({branch})" if branch else row["id"]
        if branch and branch not in row.get("branches", {}):
            yield f"{what} has a sentence and no such branch"
        used = {language: _placeholders(sentence.get(language, "")) for language in LANGUAGES}
        yield from (f"{what} says {{{one}}}, which nobody fills in" for one in (used["en"] | used["zh"]) - PLACEHOLDERS)
        if used["en"] != used["zh"]:
            yield f"{what} tells other things in Chinese than in English"


def _placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def _about_playbooks(folder: Path, detector: Detector) -> Iterator[str]:
    texts = {language: (folder / f"playbook.{language}.md").read_text(encoding="utf-8") for language in LANGUAGES}
    for language, text in texts.items():
        if tuple(re.findall(r"^## (.+)$", text, re.MULTILINE)) != HEADINGS[language]:
            yield f"playbook.{language}.md has not the six headings in their order"
            return
        if f"# {detector[f'title_{language}']}\n" not in text:
            yield f"playbook.{language}.md does not begin with its title"
        happened, _, _, put_right, _, _ = _sections(text)
        for row in detector["diagnoses"]:
            if f"`{row['id']}`" not in happened:
                yield f"playbook.{language}.md does not say what happened in {row['id']}"
            if f"\n### `{row['next_step']}`\n" not in put_right:
                yield f"playbook.{language}.md does not explain {row['next_step']}"
    marks = {language: re.findall(r"^### .*`.*$|^#+ .*`.*$", text, re.MULTILINE) for language, text in texts.items()}
    if [_ids(line) for line in marks["en"]] != [_ids(line) for line in marks["zh"]]:
        yield "the playbooks have different parts in the two languages"
    reasons = {language: set(_ids(_sections(text)[5])) for language, text in texts.items()}
    if not reasons["en"] or reasons["en"] != reasons["zh"]:
        yield "the playbooks close with different reasons in the two languages"


def _sections(text: str) -> list[str]:
    return re.split(r"^## .+$", text, flags=re.MULTILINE)[1:]


def _ids(text: str) -> list[str]:
    return re.findall(r"`(\w+)`", text)


def _about_examples(detector: Detector, tapes: Mapping[str, Sequence[Tape]]) -> Iterator[str]:
    names = [row["id"] for row in detector["diagnoses"]]
    if not any(name.startswith("ignores_") for name in tapes):
        yield "has no example of what must be ignored"
    for name, found in tapes.items():
        stem = name.removesuffix(".tape")
        if stem.startswith("ignores_"):
            yield from (
                f"examples/{tape.place} is to be ignored, and expects findings" for tape in found if tape.expected
            )
        elif not any(_is_example_of(stem, one) and _is_found(one, found) for one in names):
            yield f"examples/{name} is neither an example of a diagnosis nor of what is ignored"
    for one in names:
        if not any(_is_example_of(name.removesuffix(".tape"), one) and _is_found(one, tapes[name]) for name in tapes):
            yield f"has no example that finds {one}"


def _is_example_of(stem: str, diagnosis: str) -> bool:
    return stem == f"finds_{diagnosis}" or stem.startswith(f"finds_{diagnosis}_")


def _is_found(diagnosis: str, tapes: Sequence[Tape]) -> bool:
    return any(expected.diagnosis == diagnosis for tape in tapes for expected in tape.expected)
