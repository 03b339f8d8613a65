"""A till: it has an id before it asks, and asks again under that id until it is answered. It never makes a new one."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from counterfoil.storm.shoppers.line import Lines, NoAnswer, Said
from counterfoil.storm.shoppers.memory import Memory

#: How long a till waits for one answer, and how long it goes on asking: longer than any outage of a storm.
PATIENCE_S = 40.0
ASKING_S_MAX = 240.0
PAUSE_S, PAUSE_S_MAX = 0.05, 1.0
#: The counter could not say: nothing is known, and the same request may be offered again.
_AGAIN = frozenset({429, 500, 502, 503, 504})

_OK = 200

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Till:
    """All tills of the shop: which of them asks stands in what they say."""

    lines: Lines
    memory: Memory

    async def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None, *, what: str) -> Said | None:
        """Ask until there is an answer; None where there was none for far too long."""
        content = b"" if body is None else _encode(body)
        loop = asyncio.get_running_loop()
        until, pause = loop.time() + ASKING_S_MAX, PAUSE_S
        while loop.time() < until:
            said = await self._once(method, path, content, PATIENCE_S)
            if said is not None and said.status not in _AGAIN:
                if said.code:
                    self.memory.refusals[said.code] += 1
                return said
            self.memory.repeats += 1
            await asyncio.sleep(pause)
            pause = min(pause * 2, PAUSE_S_MAX)
        self.memory.given_up[what] += 1
        return None

    async def ask_for(
        self, method: str, path: str, body: Mapping[str, Any] | None, *, what: str
    ) -> Mapping[str, Any] | None:
        """Ask until there is an answer, and return what it says; None where it is a "no"."""
        said = await self.ask(method, path, body, what=what)
        return said.body if said is not None and said.status == _OK else None

    async def ask_in_a_hurry(self, method: str, path: str, body: Mapping[str, Any], *, patience_s: float) -> None:
        """Ask once, and hang up if there is no answer at once."""
        await self._once(method, path, _encode(body), patience_s)

    async def _once(self, method: str, path: str, content: bytes, patience_s: float) -> Said | None:
        self.memory.requests += 1
        try:
            return await self.lines.ask(method, path, content, patience_s=patience_s)
        except NoAnswer:
            return None
