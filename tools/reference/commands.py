"""The commands and options of counterfoil, read from the program itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[2]


@cache
def told_by_counterfoil() -> tuple[Mapping[str, Any], ...]:
    """Ask a fresh process, in English whatever the machine speaks, for every command and its parameters."""
    environ = {**os.environ, "COUNTERFOIL_LANG": "en"}
    answer = subprocess.run(
        [sys.executable, "-m", "tools.reference.ask"],
        cwd=_ROOT,
        env=environ,
        check=True,
        capture_output=True,
        text=True,
    )
    return tuple(json.loads(answer.stdout))


def commands_of_counterfoil() -> dict[str, frozenset[str]]:
    """Return the options of each command, by its name; the program itself is the empty name."""
    return {
        command["name"]: frozenset({"--help", "-h"}.union(*(param["opts"] for param in command["params"])))
        for command in told_by_counterfoil()
    }
