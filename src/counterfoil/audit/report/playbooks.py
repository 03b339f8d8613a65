"""Playbooks from Markdown to the sections and parts that the page shows.

A section starts at every heading of the second level. Within it a part may belong to certain diagnoses or next
steps only: the text below a third-level heading that names them in code (`### `send_the_slip``), and the item of
a list that names a diagnosis in code. A case shows the parts that are its own and those that are for all.
A key in code and in brackets behind its title (`**Charged twice** (`double_charge`)`) is for us, and is not shown.
Markup inside a playbook is shown as text, never obeyed, and only links that a browser follows safely stay links.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from markdown_it.token import Token

#: Quotes and apostrophes are set as the rest of the pages has them; nothing else is made of what was typed.
_MARKDOWN = MarkdownIt("js-default", {"html": False, "linkify": False, "typographer": True}).disable("replacements")

#: A key in brackets as it is rendered, in the brackets of either language.
_KEY = re.compile(r" ?[(（]<code>[a-z_]+</code>[)）]")

#: A heading is three tokens: its opening, its text, its closing.
_HEADING_TOKENS = 3


@dataclass(slots=True, kw_only=True)
class Part:
    """Some text of a section, and for which diagnoses or next steps it is; none: for all."""

    keys: tuple[str, ...] = ()
    #: The heading above it where it names no key.
    title: str = ""
    tokens: list[Token] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Section:
    """A heading with its parts."""

    heading: str
    parts: list[Part] = field(default_factory=lambda: [Part()])


def sections(markdown: str, diagnoses: Iterable[str], fill: Callable[[str], str] = str) -> list[dict[str, object]]:
    """Return the sections of a playbook as plain values; the text before the first heading has an empty one.

    `fill` puts something in the place of what the playbook leaves open.
    """
    known = frozenset(diagnoses)
    return [_plain(section, known, fill) for section in _read(_MARKDOWN.parse(markdown))]


def _read(tokens: list[Token]) -> list[Section]:
    """Cut at headings; the title (first level) is left to the page, which shows the exception's own."""
    found = [Section(heading="")]
    place = 0
    while place < len(tokens):
        token = tokens[place]
        if token.type != "heading_open":
            found[-1].parts[-1].tokens.append(token)
            place += 1
            continue
        text = tokens[place + 1]
        place += _HEADING_TOKENS
        if token.tag == "h2":
            found.append(Section(heading=text.content))
        elif token.tag != "h1":
            keys = tuple(_codes([text]))
            found[-1].parts.append(Part(keys=keys, title="" if keys else text.content))
    return [section for section in found if section.heading or any(part.tokens for part in section.parts)]


def _plain(section: Section, diagnoses: frozenset[str], fill: Callable[[str], str]) -> dict[str, object]:
    parts = [piece for part in section.parts for piece in _split(part, diagnoses) if piece.tokens]
    return {
        "heading": section.heading,
        "parts": [{"keys": part.keys, "title": part.title, "html": fill(_html(part.tokens))} for part in parts],
    }


def _split(part: Part, diagnoses: frozenset[str]) -> Iterator[Part]:
    """Cut the list items that speak of certain diagnoses out of a part that is for all."""
    if part.keys:
        yield part
        return
    whole = Part(title=part.title)
    for block in _blocks(part.tokens):
        if block[0].type != "bullet_list_open":
            whole.tokens += block
            continue
        for item in _blocks(block[1:-1]):
            keys = tuple(code for code in _codes(item) if code in diagnoses)
            listed = [block[0], *item, block[-1]]
            if keys:
                yield whole
                yield Part(keys=keys, tokens=listed)
                whole = Part()
            else:
                whole.tokens += listed
    yield whole


def _blocks(tokens: list[Token]) -> Iterator[list[Token]]:
    """Yield runs of tokens that belong together at the outermost level."""
    run: list[Token] = []
    depth = 0
    for token in tokens:
        run.append(token)
        depth += token.nesting
        if depth == 0:
            yield run
            run = []


def _codes(tokens: Iterable[Token]) -> Iterator[str]:
    for token in tokens:
        yield from (child.content for child in token.children or () if child.type == "code_inline")


def _html(tokens: list[Token]) -> str:
    """Render a part, without the keys that stand in brackets."""
    return _KEY.sub("", str(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})))
