"""Where a page may lead afterwards: to a path of our own, whatever the address asks for (open redirects)."""

from __future__ import annotations

from urllib.parse import urlsplit

LENGTH_MAX = 2000


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
