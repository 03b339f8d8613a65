"""Paths as DuckDB takes them. It reads some signs in the name of a file as a pattern, and would open another file."""

from __future__ import annotations

from pathlib import Path

_PATTERN_SIGNS = "*?["


def literal_path(path: Path) -> str:
    """Return the pattern that only this path fits."""
    return "".join(f"[{sign}]" if sign in _PATTERN_SIGNS else sign for sign in str(path))
