"""The counter of a storm: `counterfoil serve` as anybody would start it, over a data folder of the storm's own.

It knows the processes by their descent from the one that it started, and touches no other.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from counterfoil.db.embedded.home import HOME_VARIABLE, Home
from counterfoil.db.embedded.postmaster import postmaster_of
from counterfoil.errors import BadOption
from counterfoil.storm.plan.model import Victim

#: It answers the web; more of them than cores would only wait for each other.
PROCESSES = 2
END_SECONDS_MAX = 120
_READY = "Ready: "
_MODULES = {Victim.WEB: "counterfoil.serving.web", Victim.WORKER: "counterfoil.serving.worker"}
_CRASH_VARIABLE, _MARKS_VARIABLE = "COUNTERFOIL_CRASH_AT", "COUNTERFOIL_CRASH_MARKS"
_MARKS = "deaths"
_PRODUCT = "COUNTERFOIL_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterprocess:
    """A counter that is open."""

    process: subprocess.Popen[str]
    home: Home
    host: str
    port: int
    log: Path

    def processes_of(self, victim: Victim) -> list[psutil.Process]:
        """Return the living processes of one kind, in the order of their age."""
        match victim:
            case Victim.WEB | Victim.WORKER:
                return [one for one in self._children(self.process.pid) if _MODULES[victim] in _words_of(one)]
            case Victim.POSTGRES:
                return self._postmaster()
            case Victim.BACKEND:
                return [
                    backend
                    for server in self._postmaster()
                    for backend in self._children(server.pid)
                    if " [local] " in " ".join(_words_of(backend))
                ]

    def crashes(self) -> Counter[str]:
        """Return how often a process died at which named moment."""
        return Counter(mark.name.partition("=")[0] for mark in (self.home.path / _MARKS).iterdir())

    def deaths(self) -> Counter[str]:
        """Return how often which process of the counter died, by its log."""
        died: Counter[str] = Counter()
        for text in self.log.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                line = json.loads(text)
            except ValueError:
                continue
            if line.get("event") == "process_died":
                died[str(line["name"]).partition("-")[0]] += 1
            elif line.get("event") == "database_revived":
                died["database"] += 1
        return died

    def end(self) -> int:
        """Ask it to end, and return its exit code; one that does not end is killed."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(END_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self._kill_all()
            return self.process.wait()

    def _kill_all(self) -> None:
        family = self._children(self.process.pid)
        self.process.kill()
        for one in family:
            _kill(one)

    def _postmaster(self) -> list[psutil.Process]:
        said = postmaster_of(self.home.data)
        if said is None:
            return []
        try:
            found = psutil.Process(said.pid)
            # The file outlives a server that was killed, and its number may belong to a stranger by now.
            return [found] if "postgres" in found.name() else []
        except psutil.NoSuchProcess:
            return []

    @staticmethod
    def _children(pid: int) -> list[psutil.Process]:
        try:
            return sorted(psutil.Process(pid).children(), key=lambda child: (child.create_time(), child.pid))
        except psutil.NoSuchProcess:
            return []


@contextmanager
def counter_over(home: Home, *, crash_at: str | None) -> Iterator[Counterprocess]:
    """Open a counter over a data folder, on a free port, and see that nothing of it is left behind the block."""
    log = home.path / "serve.log"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_PRODUCT)}
    marks = home.path / _MARKS
    marks.mkdir(exist_ok=True)
    crashing = {} if crash_at is None else {_CRASH_VARIABLE: crash_at, _MARKS_VARIABLE: str(marks)}
    with log.open("w", encoding="utf-8") as written:
        process = subprocess.Popen(  # noqa: S603 — our own program, our own arguments
            [
                *(sys.executable, "-c", "from counterfoil.cli import main; main()"),
                *("serve", "--port", "0", "--processes", str(PROCESSES), "--log-level", "warning"),
            ],
            env={**kept, HOME_VARIABLE: str(home.path), "COUNTERFOIL_LANG": "en", **crashing},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=written,
            text=True,
        )
    assert process.stdout is not None
    with process, process.stdout as told:
        opened: Counterprocess | None = None
        try:
            for line in told:
                if line.startswith(_READY):
                    host, _, port = line.removeprefix(_READY).strip().rpartition("/")[2].rpartition(":")
                    opened = Counterprocess(process=process, home=home, host=host, port=int(port), log=log)
                    break
            if opened is None:
                last = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
                raise BadOption(f"the counter of the storm did not open: {' '.join(last)}")
            yield opened
        finally:
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(END_SECONDS_MAX)
                except subprocess.TimeoutExpired:
                    process.kill()


def _words_of(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return []


def _kill(process: psutil.Process) -> bool:
    """Kill a process; psutil sees to it that it is still the same one."""
    try:
        process.kill()
    except psutil.NoSuchProcess:
        return False
    return True


def kill(process: psutil.Process) -> bool:
    """Kill a process as a power cut would; False where it was gone already."""
    return _kill(process)
