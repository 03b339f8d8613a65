"""What every acquirer must do, one small function a behaviour: its name is the sentence, its place the number.

A case asks for no channel's own words: what it looks at is the port's answer and the peer's truth. `exceptions` says
which of them a channel cannot have, and why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType

from tests.links.acquirers.cases import asking, closing, sales, shapes, taking_back
from tests.links.acquirers.stage import Stage

Case = Callable[[Stage], None]


def _cases_of(module: ModuleType) -> Iterator[Case]:
    """Yield the public functions that a file defines, in its own order."""
    for name, value in vars(module).items():
        is_its_own = getattr(value, "__module__", None) == module.__name__
        if callable(value) and is_its_own and not name.startswith("_"):
            yield value


#: Every case, in the order in which they stand.
AGAINST_ALL: tuple[Case, ...] = tuple(
    case for module in (sales, taking_back, asking, closing, shapes) for case in _cases_of(module)
)
