"""Servers that a test starts and kills; only ever those of its own data folder."""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Mapping

import psutil
import psycopg

from counterfoil.db.embedded.home import Home
from counterfoil.db.embedded.lock import is_held
from counterfoil.db.embedded.postmaster import postmaster_of
from counterfoil.db.embedded.server import MAINTENANCE_DATABASE, SUPERUSER, Running, up
from counterfoil.db.embedded.settings import SHOP

#: As in the shop, but gentler to a small machine.
SETTINGS: Mapping[str, str] = {**SHOP, "shared_buffers": "16MB"}

GONE_SECONDS_MAX = 60


def family(home: Home) -> list[psutil.Process]:
    """Return the server of a data folder and its children: processes that a test of ours started."""
    said = postmaster_of(home.data)
    if said is None or not is_held(home.running):
        return []
    with contextlib.suppress(psutil.NoSuchProcess):
        postmaster = psutil.Process(said.pid)
        return [postmaster, *postmaster.children(recursive=True)]
    return []


def stopped_hard(home: Home, *, only_the_first: bool = False) -> None:
    """Kill every process of a server at once, as a power cut would, and wait until all are gone."""
    processes = family(home)
    for process in processes[:1] if only_the_first else processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGKILL)
    for _ in range(GONE_SECONDS_MAX * 100):
        if only_the_first or not is_held(home.running):
            return
        time.sleep(0.01)


def superuser(running: Running) -> psycopg.Connection:
    return psycopg.connect(running.address(user=SUPERUSER, database=MAINTENANCE_DATABASE), autocommit=True)


def started(home: Home) -> Running:
    return up(home, SETTINGS)
