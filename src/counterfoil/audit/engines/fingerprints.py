"""What an Ibis expression says, as sixteen bytes: two that have the same fingerprint are written alike.

The same expression has the same fingerprint in every process, so that what was made of it once can be found again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING

from ibis.common.graph import Node
from ibis.common.grounds import Annotable

if TYPE_CHECKING:
    import ibis.expr.types as ir

FINGERPRINT_BYTES = 16

#: Values whose `repr` says all of them, in every process alike.
_PLAIN = (str, int, float, bool, bytes, Decimal, datetime, date, time, timedelta, Enum, type(None))


class _Unreadable(Exception):
    """An expression holds something that cannot be spelt: rows of its own, a function, an engine."""


def fingerprint(table: ir.Table) -> bytes | None:
    """Return the fingerprint of an expression; None where a part of it cannot be spelt, and it has none."""
    digest = hashlib.blake2b(digest_size=FINGERPRINT_BYTES)
    numbers: dict[Node, int] = {}
    try:
        for number, node in enumerate(_inside_out(table.op())):
            digest.update(_spelt_whole(node, numbers).encode())
            digest.update(b"\n")
            numbers[node] = number
    except _Unreadable:
        return None
    return digest.digest()


def _inside_out(root: Node) -> Iterator[Node]:
    """Return every node once, each after those it is made of."""
    seen: set[Node] = set()
    waiting = [(root, False)]
    while waiting:
        node, is_open = waiting.pop()
        if is_open:
            yield node
        elif node not in seen:
            seen.add(node)
            waiting.append((node, True))
            waiting.extend((child, False) for child in node.__children__ if child not in seen)


def _spelt(part: object, numbers: Mapping[Node, int]) -> str:
    """Spell a part of a node; another node is its number."""
    if isinstance(part, Node):
        return f"#{numbers[part]}"
    if isinstance(part, _PLAIN):
        return f"{type(part).__name__}:{part!r}"
    if isinstance(part, Annotable):
        return _spelt_whole(part, numbers)
    if isinstance(part, tuple | list):
        return f"({','.join(_spelt(one, numbers) for one in part)})"
    if isinstance(part, frozenset):
        return f"<{','.join(sorted(_spelt(one, numbers) for one in part))}>"
    if isinstance(part, Mapping):
        return f"{{{','.join(f'{_spelt(key, numbers)}={_spelt(value, numbers)}' for key, value in part.items())}}}"
    raise _Unreadable


def _spelt_whole(whole: Annotable, numbers: Mapping[Node, int]) -> str:
    """Spell something of Ibis by its kind and its parts, which are all that it is."""
    kind = type(whole)
    parts = " ".join(_spelt(part, numbers) for part in whole.__args__)
    return f"{kind.__module__}.{kind.__qualname__} {parts};"
