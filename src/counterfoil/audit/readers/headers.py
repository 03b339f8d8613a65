"""Finding the header line of a table and reading its labels.

Labels are compared in one normal form, so that full-width punctuation, back-ticks, tabs, quotes, byte-order
marks and the case of Latin letters never decide whether a column is found. Positions never do either.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable, Sequence

from counterfoil.audit.readers.contract import Sample
from counterfoil.audit.readers.decoding import lines_of

#: A header stands within so many lines of the beginning; bills put a handful of comment lines before it.
HEADER_LINES_MAX = 200

#: More labels than this are no header of ours, and cost time.
LABELS_MAX = 2000

_EDGES = "\ufeff\u200b`\"' \t\r\n"


def normalise(label: str) -> str:
    """Return the normal form of a column label: `订单金额（元）` and `` `订单金额(元)`` are the same."""
    text = unicodedata.normalize("NFKC", label).strip(_EDGES)
    return " ".join(text.split()).casefold()


def split_labels(line: str, delimiter: str) -> tuple[str, ...]:
    """Split a header line into labels; quotes are honoured, empty labels at the end are dropped."""
    flat = line.strip("\ufeff\r\n")
    if delimiter == ",":
        flat = flat.replace("，", ",")  # some published headers mix the full-width comma in
    try:
        labels = next(csv.reader([flat], delimiter=delimiter), [])
    except csv.Error:
        return ()
    while labels and not labels[-1].strip(_EDGES):
        labels.pop()
    return tuple(labels) if len(labels) <= LABELS_MAX else ()


def unique_names(labels: Sequence[str]) -> tuple[str, ...]:
    """Return the normal form of each label; a repeated or empty one gets its position behind it."""
    seen: set[str] = set()
    names = []
    for position, label in enumerate(labels, start=1):
        name = normalise(label) or "column"
        if name in seen or name == "column":
            name = f"{name} #{position}"
        seen.add(name)
        names.append(name)
    return tuple(names)


def find_header(
    lines: Iterable[tuple[int, str]], required: Sequence[str], delimiters: Sequence[str]
) -> tuple[int, str, tuple[str, ...]] | None:
    """Return (line number, delimiter, labels) of the first line that has every required label."""
    wanted = {normalise(label) for label in required}
    for number, line in lines:
        for delimiter in delimiters:
            labels = split_labels(line, delimiter)
            if wanted <= {normalise(label) for label in labels}:
                return number, delimiter, labels
    return None


def labels_in(sample: Sample, required: Sequence[str], delimiters: Sequence[str] = (",",)) -> frozenset[str] | None:
    """Return the normalised labels of the sample's header, or None where a required one is missing."""
    if sample.columns:
        names = frozenset(normalise(label) for label in sample.columns)
        return names if {normalise(label) for label in required} <= names else None
    lines = enumerate(lines_of(sample.text)[:HEADER_LINES_MAX], start=1)
    found = find_header(lines, required, delimiters)
    return None if found is None else frozenset(normalise(label) for label in found[2])
