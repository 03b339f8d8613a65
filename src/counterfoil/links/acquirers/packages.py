"""Packages that only one channel needs. They are imported when that channel is configured, and never before."""

from __future__ import annotations

import importlib
from types import ModuleType

from counterfoil.errors import BadOption


def need(module: str, *, extra: str, channel: str) -> ModuleType:
    """Import a module of an optional package; BadOption, in one line that says what to install, where it is missing."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != module.partition(".")[0]:
            raise  # something else is missing: hiding that would send people the wrong way
        raise BadOption(
            f"{channel} is configured, but the package that speaks to it is not installed: "
            f"pip install 'counterfoil[{extra}]'"
        ) from error
