"""Runs the lints over the whole project: `python -m tools.lints [NAME…]`; ends with 1 where something is wrong."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from tools.lints import (
    answer_words,
    changelog,
    clock,
    docs,
    error_words,
    float_near_money,
    glossary,
    languages,
    length,
    names,
    places,
    reasons,
    sql_outside_stores,
)
from tools.lints.complaint import Complaint
from tools.lints.tree import Source, read_project

ROOT = Path(__file__).resolve().parents[2]

#: Lints that look at one file at a time.
OF_FILES: Mapping[str, Callable[[Source], Iterable[Complaint]]] = {
    lint.NAME: lint.check
    for lint in (
        changelog,
        clock,
        float_near_money,
        glossary,
        languages,
        length,
        names,
        places,
        reasons,
        sql_outside_stores,
    )
}
#: Lints that look at the project as a whole.
OF_TREE: Mapping[str, Callable[[Sequence[Source]], Iterable[Complaint]]] = {
    languages.NAME: languages.check_tree,
    docs.NAME: docs.check_tree,
    error_words.NAME: error_words.check_tree,
    answer_words.NAME: answer_words.check_tree,
}


def complaints(sources: Sequence[Source], chosen: Sequence[str]) -> Iterator[Complaint]:
    """Yield what the chosen lints say about the sources, leaving out lines that excuse themselves."""
    by_path = {source.path: source for source in sources}
    for name in chosen:
        check_file, check_tree = OF_FILES.get(name), OF_TREE.get(name)
        found = [said for source in sources for said in check_file(source)] if check_file else []
        found += check_tree(sources) if check_tree else []
        for said in found:
            source = by_path.get(said.path)
            if source is None or not source.excuses(said.line, said.lint):
                yield said


def main(arguments: Sequence[str]) -> int:
    """Run the lints that are named, or all of them."""
    known = list(dict.fromkeys([*OF_FILES, *OF_TREE]))
    unknown = set(arguments) - set(known)
    if unknown:
        print(f"no such lint: {', '.join(sorted(unknown))}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    found = sorted(complaints(read_project(ROOT), arguments or known))
    for said in found:
        print(said)
    if found:
        print(f"{len(found)} places break a rule of the house", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
