"""Starts localstripe, a Stripe that we did not write, on loopback only. A program of its own; nothing imports it.

localstripe listens on every address of the machine and keeps its book in a file that everybody shares; both are set
right here. It ends when its standard input does, so that no crash of the tests leaves it behind.
"""

from __future__ import annotations

import asyncio
import socket
import sys
import threading
from os import _exit

from aiohttp import web
from localstripe.resources import store
from localstripe.server import app


def main() -> None:
    """Listen, say on which port, and serve until the one who asked is gone."""
    store.dump_to_disk = lambda: None
    listening = socket.create_server(("127.0.0.1", 0))
    sys.stdout.write(f"{listening.getsockname()[1]}\n")
    sys.stdout.flush()
    threading.Thread(target=_end_with_the_other_side, daemon=True).start()
    asyncio.set_event_loop(asyncio.new_event_loop())
    web.run_app(app, sock=listening, access_log=None, print=None)


def _end_with_the_other_side() -> None:
    sys.stdin.read()
    _exit(0)


if __name__ == "__main__":
    main()
