"""For books that are in use: a file has to agree with its own totals, and no option says otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from counterfoil.errors import BadFile

#: The option of `counterfoil audit` that reads a file although its totals disagree.
OPTION = "--accept-broken-totals"


@contextmanager
def held_to_own_totals() -> Iterator[None]:
    """Give another advice than an option that only an audit has; nothing else is changed."""
    try:
        yield
    except BadFile as error:
        if OPTION not in error.advice:
            raise
        raise BadFile(
            file=error.file,
            expected=error.expected,
            found=error.found,
            advice="Fetch the file again: what disagrees with itself does not enter books that are in use",
        ) from error
