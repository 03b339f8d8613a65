"""Long queries live in files `queries.sql`, each under a line `-- name: …` and a sentence that says what it is for.

Where one file would be too long, its second noun has one of its own: `queries_of_cases.sql`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType

from counterfoil.errors import Bug

_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


def queries_of(package: str) -> Mapping[str, str]:
    """Return the queries of a package by name; the parameters are PostgreSQL's own, `$1` and on."""
    queries: dict[str, str] = {}
    for file in sorted(files(package).iterdir(), key=lambda one: one.name):
        if file.name.startswith("queries") and file.name.endswith(".sql"):
            _before, *parts = _NAME.split(file.read_text(encoding="utf-8"))
            for name, text in zip(parts[::2], parts[1::2], strict=True):
                if name in queries:
                    raise Bug(f"{package} has two queries {name}")
                queries[name] = text.strip()
    return MappingProxyType(queries)
