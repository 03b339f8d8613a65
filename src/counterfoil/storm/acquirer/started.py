"""Starts the simulated acquirer as a process of its own and speaks to its control port; for rehearsals and tests."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from counterfoil.storm.acquirer.movements import Truth

_PATIENCE_S = 20
_ENDING_S = 10


class Refused(Exception):
    """The simulated acquirer did not do what it was told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A simulated acquirer that runs."""

    port: int
    control_port: int
    pid: int
    process: subprocess.Popen[str]

    def order(self, do: str, **what: object) -> Mapping[str, Any]:
        """Give one order and return its answer."""
        with socket.create_connection(("127.0.0.1", self.control_port), _PATIENCE_S) as connected:
            connected.sendall(json.dumps({"do": do, **what}).encode() + b"\n")
            with connected.makefile("rb") as lines:
                answer: Mapping[str, Any] = json.loads(lines.readline())
        if not answer.pop("ok"):  # type: ignore[attr-defined]  # json makes a dict
            raise Refused(answer["error"])
        return answer

    def plan(self, path: str | None = None, *, decline: str | None = None, classes: str = "245", n: int = 1) -> None:
        """Let the next messages of some classes (second digit of their type) meet a fault or a refusal."""
        self.order("plan", path=path, decline=decline, classes=classes, n=n)

    def truth(self, merchant: str, payment_id: str) -> Truth:
        """Return what really happened to a payment's money."""
        return Truth(**self.order("truth", merchant=merchant, payment_id=payment_id))

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(_ENDING_S)


@contextmanager
def started(data: Path, *, seed: int = 1, faults: str = "none", port: int = 0) -> Iterator[Started]:
    """Start a simulated acquirer over a folder, and end it behind the block."""
    words = ["--port", str(port), "--data", str(data), "--seed", str(seed), "--faults", faults]
    process = subprocess.Popen(  # noqa: S603 — our own module, by our own Python
        [sys.executable, "-m", "counterfoil.storm.acquirer", *words], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        said = process.stdout.readline()
        if not said:
            raise Refused("the simulated acquirer did not start")
        yield Started(process=process, **json.loads(said))
    finally:
        process.terminate()
        try:
            process.wait(_ENDING_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(_ENDING_S)
        process.stdout.close()
