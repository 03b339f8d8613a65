"""No places that only one machine or one day knows: hosts of package registries, paths of a developer's machine.

A letter in brackets keeps each pattern from matching itself, so that this file does not break its own rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tools.lints.complaint import Complaint
from tools.lints.tree import Source

NAME = "places"
_HOSTS = r"[p]ypi\.org|[p]ythonhosted\.org|[r]egistry\.npmjs|[n]pmmirror|[d]eb\.debian\.org"
_PATHS = r"(?<![\w.])/(?:(?:[w]ork|[r]oot|[h]ome|[U]sers|[o]pt/wheels)(?:/[\w.]|(?=['\"`)\s]|$))|[t]mp/[\w.])"
_WORDS = r"[s]hared folder|[s]hared/(?:DESIGN|BOOKS|RULES|STYLE)"
_PLACE = re.compile(f"(?P<host>{_HOSTS})|(?P<path>{_PATHS})|(?P<words>{_WORDS})")
_WHAT = {
    "host": "names the host of a package registry",
    "path": "names a path of one machine",
    "words": "refers to something that is not in the project",
}


def check(source: Source) -> Iterator[Complaint]:
    """Complain about every place that does not exist on somebody else's machine."""
    for number, line in enumerate(source.lines, start=1):
        match = _PLACE.search(line)
        if match is not None and match.lastgroup is not None:
            text = f"{match.group()!r} {_WHAT[match.lastgroup]}"
            yield Complaint(path=source.path, line=number, lint=NAME, text=text)
