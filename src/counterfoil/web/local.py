"""Where a page may lead afterwards: to a path of our own, whatever the address asks for (open redirects).

Nothing here, nor anywhere else, asks by which name of the server a request came: whoever asks says that as they like.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from litestar.types import Scope

LENGTH_MAX = 2000


def asked_path(scope: Scope) -> str:
    """Return path and query as they were asked for; what is no text in them is replaced."""
    query = scope["query_string"].decode("utf-8", "replace")
    return scope["path"] + (f"?{query}" if query else "")


def local_path(wanted: str | None) -> str | None:
    r"""Return a path of ours; None where it could lead anywhere else.

    Browsers read `//host`, `/\host` and a path with control characters or blanks in front as another site.
    """
    if wanted is None or not wanted.startswith("/") or len(wanted) > LENGTH_MAX:
        return None
    if wanted.startswith("//") or "\\" in wanted or not wanted.isprintable():
        return None
    parts = urlsplit(wanted)
    return None if parts.scheme or parts.netloc else wanted
