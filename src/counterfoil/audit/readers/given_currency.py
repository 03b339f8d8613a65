"""The currency of a format that writes none, or not always: the user names it, and nothing guesses it.

A sign is no answer: `$` stands for some twenty currencies and `¥` for two. Where nobody says the currency, the file is
refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.audit.readers.drafting import constant
from counterfoil.errors import BadFile

if TYPE_CHECKING:
    from counterfoil.audit.readers.contract import ReadOptions, SourceFile


def currency_sql(source: SourceFile, options: ReadOptions, column: str | None = None) -> str:
    """Return SQL for the currency: the row's own where it has one, else the user's; BadFile where there is neither."""
    if column is None and options.currency is None:
        raise BadFile(
            file=source.name,
            expected="a currency, which this file does not name",
            found="no --currency",
            advice="Name it, for example with --currency USD.",
        )
    if column is None:
        return constant(options.currency or "")
    if options.currency is None:
        return f"upper({column})"
    return f"coalesce(upper({column}), {constant(options.currency)})"
