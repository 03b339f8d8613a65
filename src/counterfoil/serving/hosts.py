"""Which requests say to which server they go; the others are turned away before anything of them is looked at.

Nothing here is steered by that name. What makes addresses out of it, though, the framework's own code among it, breaks
where it is none: it must be a name with which an address can be made (RFC 9112, 3.2; RFC 3986, 3.2.2).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from litestar.types import Scope

#: A name, an address, or an address of IPv6 in brackets, and a port. Other scripts come as `xn--…`.
_HOST = re.compile(rb"(?:\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z._-]+)(?::[0-9]*)?")
#: These came before every request had to name a host.
_WITHOUT = frozenset({"1.0", "0.9"})


def names_a_host(scope: Scope) -> bool:
    """Say whether a request names one host, and that with a name that can be one."""
    named = [value for name, value in scope["headers"] if name == b"host"]
    if len(named) != 1:
        return not named and scope["http_version"] in _WITHOUT
    if _HOST.fullmatch(named[0]) is None:
        return False
    try:
        # What the pattern lets through and is none all the same: a port of 99999, an address of one colon.
        urlsplit(f"//{named[0].decode('ascii')}").port  # noqa: B018 — it is asked for what it raises
    except ValueError:
        return False
    return True
