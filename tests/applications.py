"""The application for tests: made once for each test process, with the house of one test at a time moved in.

What is made is every route and every template, half a second of it, and none of that knows a house. Where one test
serves two houses at once, there are two.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from litestar import Litestar

from counterfoil.counter.house import House
from counterfoil.measures.exposition import Measured
from counterfoil.serving.application import empty_application, move_in
from counterfoil.settings import WebSettings

#: By what they were made for, those that nobody lives in just now.
_EMPTY: defaultdict[WebSettings, list[Litestar]] = defaultdict(list)


@contextmanager
def application_over(
    house: House, settings: WebSettings | None = None, *, measured: Measured | None = None
) -> Iterator[Litestar]:
    """Lend an application over a house; whoever takes it starts and ends it before giving it back."""
    settings = settings or WebSettings()
    empty = _EMPTY[settings]
    app = empty.pop() if empty else empty_application(settings)
    move_in(app, house, settings, measured=measured)
    yield app
    empty.append(app)
