"""The steps as they lie in the package: their order, their phases, and which of them a database still lacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

from counterfoil.errors import Bug

#: What is about the database as a whole, and so of no merchant, has a schema of its own.
REVISION_SCHEMA = "upkeep"
REVISION_TABLE = "revision"


class Phase(StrEnum):
    """When a step may run."""

    PRE = "pre"  #: while the code before it still runs
    POST = "post"  #: once the code after it runs everywhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One migration."""

    revision: str
    phase: Phase
    #: What it does, in one line.
    title: str


def alembic_config() -> Config:
    """Return how Alembic finds the steps; no file on the user's side is needed."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


@cache
def steps() -> tuple[Step, ...]:
    """Return every step, the first one first."""
    directory = ScriptDirectory.from_config(alembic_config())
    scripts = list(directory.walk_revisions())
    if len(directory.get_heads()) != 1 or any(script.is_merge_point for script in scripts):
        raise Bug("the migrations are no single line")
    return tuple(
        Step(revision=script.revision, phase=Phase(script.module.PHASE), title=script.doc)
        for script in reversed(scripts)
    )


def steps_after(revision: str | None) -> Sequence[Step] | None:
    """Return the steps that a database at a revision lacks; None where this code does not know the revision."""
    known = steps()
    if revision is None:
        return known
    for position, step in enumerate(known):
        if step.revision == revision:
            return known[position + 1 :]
    return None
