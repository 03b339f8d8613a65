"""What the checks of the docs need to know of a Markdown page: its headings, its links, its blocks of code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tools.lints.tree import Source

_FENCE = re.compile(r"^\s*```(?P<language>[\w-]*)")
_HEADING = re.compile(r"^#{1,6}\s+(?P<title>.+?)\s*#*$")
_LINK = re.compile(r"(?<!`)\[[^\]]*\]\((?P<target>[^)\s]+)(?:\s+\"[^\"]*\")?\)")
_ANCHOR = re.compile(r"<a (?:id|name)=\"(?P<name>[^\"]+)\">")


def pages_of(sources: Sequence[Source]) -> list[Source]:
    """Return the pages that people read; playbooks too, for they link as well."""
    return [source for source in sources if source.path.endswith(".md")]


def prose(page: Source) -> Iterator[tuple[int, str]]:
    """Yield number and text of every line outside blocks of code."""
    inside = False
    for number, line in enumerate(page.lines, start=1):
        if _FENCE.match(line):
            inside = not inside
        elif not inside:
            yield number, line


def code(page: Source, languages: frozenset[str]) -> Iterator[tuple[int, str]]:
    """Yield number and text of every line inside blocks of code of the given languages."""
    language: str | None = None
    for number, line in enumerate(page.lines, start=1):
        fence = _FENCE.match(line)
        if fence is not None:
            language = None if language is not None else fence["language"]
        elif language in languages:
            yield number, line


def links(page: Source) -> Iterator[tuple[int, str]]:
    """Yield line and target of every link."""
    for number, line in prose(page):
        for match in _LINK.finditer(re.sub(r"`[^`]*`", "", line)):
            yield number, match["target"]


def anchors(page: Source) -> set[str]:
    """Return what a link into the page may point at: its headings, as GitHub spells them, and named anchors."""
    found: set[str] = set()
    for _, line in prose(page):
        heading = _HEADING.match(line)
        if heading is not None:
            found.add(_slug(heading["title"]))
        found.update(match["name"] for match in _ANCHOR.finditer(line))
    return found


def _slug(title: str) -> str:
    plain = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", title)
    return re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", plain.lower().strip()))
