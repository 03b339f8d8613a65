"""Links inside the project resolve, to the file and to the heading, and every page of the docs can be reached."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from tools.lints.docs.markdown import anchors, links, pages_of
from tools.lints.tree import Source

_OUTSIDE = re.compile(r"[a-z]+:")


def check(sources: Sequence[Source]) -> Iterator[tuple[str, int, str]]:
    """Yield every link that leads nowhere."""
    known = {source.path: source for source in sources}
    folders = {posixpath.dirname(path) for path in known} | {""}
    folders |= {folder.rsplit("/", depth)[0] for folder in folders for depth in range(folder.count("/") + 1)}
    linked: set[str] = set()
    for page in pages_of(sources):
        for line, target in links(page):
            if _OUTSIDE.match(target):
                continue
            path, _, anchor = unquote(target).partition("#")
            full = posixpath.normpath(posixpath.join(posixpath.dirname(page.path), path)) if path else page.path
            linked |= {full} - {page.path}
            if full not in known and full not in folders:
                yield page.path, line, f"the link {target!r} leads nowhere"
            elif anchor and full.endswith(".md") and anchor not in anchors(known[full]):
                yield page.path, line, f"{full} has no heading {anchor!r}"
    for page in pages_of(sources):
        if page.path.startswith("docs/") and page.path not in linked:
            yield page.path, 1, "no other page links to it, so nobody finds it"
