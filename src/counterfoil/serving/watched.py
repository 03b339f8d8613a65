"""A process that is watched over: started, started again where it dies, and ended. How often is limited and told."""

from __future__ import annotations

import asyncio
import signal
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog

#: A process that dies more often than this within a minute waits until the minute has passed: the machine needs rest,
#: and whoever reads the log needs to see it.
RESTARTS_A_MINUTE_MAX = 6
_MINUTE = 60.0
PAUSE_SECONDS = 0.2

log = structlog.get_logger()


@dataclass(slots=True, kw_only=True)
class Watched:
    """One process by its name."""

    name: str
    command: Sequence[str]
    #: What it inherits.
    handles: Sequence[int] = ()
    process: asyncio.subprocess.Process | None = None
    #: Exit code of the first life, where that is over.
    first_end: int | None = None
    #: How often it has ended without being asked to.
    deaths_n: int = 0
    _ends: bool = False
    _starts: deque[float] = field(default_factory=lambda: deque(maxlen=RESTARTS_A_MINUTE_MAX))

    async def keep(self) -> None:
        """Start the process, and start it again whenever it dies, until `end` is called."""
        loop = asyncio.get_running_loop()
        while not self._ends:
            if self._starts.maxlen == len(self._starts) and loop.time() - self._starts[0] < _MINUTE:
                rest = _MINUTE - (loop.time() - self._starts[0])
                log.error("process_dies_too_often", name=self.name, starts=len(self._starts), waits_s=round(rest))
                await asyncio.sleep(rest)
            self._starts.append(loop.time())
            code = await self._live()
            if self.first_end is None:
                self.first_end = code
            if not self._ends:
                self.deaths_n += 1
                log.error("process_died", name=self.name, **_how(code))
                await asyncio.sleep(PAUSE_SECONDS)

    async def _live(self) -> int:
        self.process = await asyncio.create_subprocess_exec(
            *self.command,
            # It ends when this pipe does, so it never outlives us.
            stdin=asyncio.subprocess.PIPE,
            pass_fds=self.handles,
            # An interrupt at the terminal is for us; we tell the others.
            start_new_session=True,
        )
        log.info("process_started", name=self.name, child=self.process.pid)
        if self._ends:
            self.process.terminate()
        return await self.process.wait()

    def end(self) -> None:
        """Ask the process to end; it finishes what it has taken."""
        self._ends = True
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once; what it had taken is found again from the books."""
        self._ends = True
        self._send(signal.SIGKILL)

    def _send(self, number: signal.Signals) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(number)


def _how(code: int) -> dict[str, object]:
    return {"signal": signal.Signals(-code).name} if code < 0 else {"code": code}
