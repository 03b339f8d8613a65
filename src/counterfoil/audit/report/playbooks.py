"""Playbooks from Markdown to the sections that the page shows.

Markup inside a playbook is shown as text, never obeyed, and only links that a browser can follow safely stay
links. A section starts at every heading of the second level; what stands before the first one is its preface,
and the title (first level) is left to the page, which shows the exception's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from markdown_it.token import Token

_MARKDOWN = MarkdownIt("js-default", {"html": False, "linkify": False, "typographer": False})

#: A heading is three tokens: its opening, its text, its closing.
_HEADING_TOKENS = 3


def sections(markdown: str) -> list[dict[str, str]]:
    """Return the sections of a playbook as `{heading, html}`; the heading of the preface is empty."""
    found: list[tuple[str, list[Token]]] = [("", [])]
    tokens = _MARKDOWN.parse(markdown)
    place = 0
    while place < len(tokens):
        token = tokens[place]
        if token.type == "heading_open" and token.tag in {"h1", "h2"}:
            if token.tag == "h2":
                found.append((tokens[place + 1].content, []))
            place += _HEADING_TOKENS
        else:
            found[-1][1].append(token)
            place += 1
    return [_section(heading, body) for heading, body in found if heading or body]


def _section(heading: str, body: list[Token]) -> dict[str, str]:
    return {"heading": heading, "html": str(_MARKDOWN.renderer.render(body, _MARKDOWN.options, {}))}
