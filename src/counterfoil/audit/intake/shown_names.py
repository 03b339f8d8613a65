"""How a file's name is shown to people: one line, with nothing in it that a terminal would obey."""

from __future__ import annotations

import os


def printable(name: str) -> str:
    """Return a file name as one line of text that any engine can hold, whatever bytes the disk or the archive has."""
    text = os.fsencode(name).decode("utf-8", "replace")
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
