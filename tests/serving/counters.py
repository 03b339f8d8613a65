"""`counterfoil serve` as a process of its own, and what tests do to it. It ends only what it has started."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import httpx
import psutil

from counterfoil.audit.engines.statements import FOLDER_VARIABLE as STATEMENTS
from counterfoil.db.address import URL_VARIABLE
from tests.serving.shop import Shop

COMMAND = (sys.executable, "-c", "from counterfoil.cli import main; main()")
PATIENCE_SECONDS = 90
_STEP_SECONDS = 0.05
_READY = "Ready: "

ISO_TABLE = """
[[acquirer]]
merchant = "M1"
name = "bank"
channel = "iso8583"
tenders = ["card"]
patience_s = 5

[acquirer.settings]
host = "127.0.0.1"
port = {port}
merchant_number = "M1"
profile = "simulated"
answer_s = 2
connect_s = 1
"""


@dataclass(slots=True, kw_only=True)
class Counter:
    """A counter that is open."""

    process: subprocess.Popen[str]
    address: str
    shop: Shop
    log: Path

    def offer(self, body: Mapping[str, Any], *, client: httpx.Client | None = None) -> httpx.Response:
        """Offer a sale and return the answer."""
        ask = httpx.post if client is None else client.post
        return ask(
            f"{self.address}/api/v1/sales",
            json=body,
            headers={"Authorization": f"Bearer {self.shop.token}"},
            timeout=PATIENCE_SECONDS,
        )

    def health(self) -> dict[str, Any]:
        """Ask how the shop stands."""
        told: dict[str, Any] = httpx.get(f"{self.address}/api/v1/health", timeout=PATIENCE_SECONDS).json()
        return told

    def events(self, event: str) -> list[dict[str, Any]]:
        """Return what the log says under one name; every line of it is JSON."""
        return [
            line
            for line in (json.loads(text) for text in self.log.read_text(encoding="utf-8").splitlines())
            if line["event"] == event
        ]

    def child(self, name: str) -> psutil.Process:
        """Return the living process of a name."""
        *_, last = (line for line in self.events("process_started") if line["name"] == name)
        return psutil.Process(last["child"])

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end and return its exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_SECONDS)


def until(holds: Callable[[], bool], *, seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until something holds; fail where it never does."""
    for _ in range(round(seconds / _STEP_SECONDS)):
        if holds():
            return
        time.sleep(_STEP_SECONDS)
    raise AssertionError(f"it did not come about within {seconds} s")


def environment(home: Path, *, database: str | None = None, config: str | None = None) -> dict[str, str]:
    """Return the surroundings of a `counterfoil` of a test."""
    home.mkdir(parents=True, exist_ok=True)
    if config is not None:
        (home / "counterfoil.toml").write_text(config, encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COUNTERFOIL_")}
    # What the rules ask is written once for the whole run of the tests, and read by every worker that a test starts.
    kept[STATEMENTS] = os.environ[STATEMENTS]
    theirs = {} if database is None else {URL_VARIABLE: database}
    return {**kept, "COUNTERFOIL_HOME": str(home), "COUNTERFOIL_LANG": "en", **theirs}


@contextmanager
def counter(environ: Mapping[str, str], shop: Shop, *, processes: int = 1) -> Iterator[Counter]:
    """Open a counter on a free port, and see that nothing of it is left behind the block."""
    log = Path(environ["COUNTERFOIL_HOME"]) / "serve.log"
    with log.open("w", encoding="utf-8") as written:
        process = subprocess.Popen(
            [*COMMAND, "serve", "--port", "0", "--processes", str(processes)],
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=written,
            text=True,
        )
    assert process.stdout is not None
    with process, process.stdout as told:
        try:
            addresses = [line.removeprefix(_READY).strip() for line in _until_ready(told)]
            assert addresses, log.read_text(encoding="utf-8")
            yield Counter(process=process, address=addresses[-1], shop=shop, log=log)
        finally:
            _gone(process)


def _until_ready(told: IO[str]) -> Iterator[str]:
    """Yield the line that tells the address; nothing where it ends before."""
    for line in told:
        if line.startswith(_READY):
            yield line
            return


def _gone(process: subprocess.Popen[str]) -> None:
    """End a counter that a test has left open, with everything that it started."""
    if process.poll() is not None:
        return
    family = psutil.Process(process.pid).children(recursive=True)
    process.terminate()
    try:
        process.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        for child in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                child.kill()
