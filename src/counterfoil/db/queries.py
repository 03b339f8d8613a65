"""Long queries live in files `queries.sql`, each under a line `-- name: …` and a sentence that says what it is for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType

_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


def queries_of(package: str) -> Mapping[str, str]:
    """Return the queries of a package by name; the parameters are PostgreSQL's own, `$1` and on."""
    text = files(package).joinpath("queries.sql").read_text(encoding="utf-8")
    _before, *parts = _NAME.split(text)
    return MappingProxyType(dict(zip(parts[::2], (part.strip() for part in parts[1::2]), strict=True)))
