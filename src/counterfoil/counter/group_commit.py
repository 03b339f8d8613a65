"""Group commit: all who wait while the previous commit is in flight are written by the next, in one transaction.

No timer: on an idle counter a sale is written at once; under load, batches grow by themselves to what one commit takes.
Nobody is answered before the commit that holds their sale is durable, and everybody gets an answer of their own.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")

#: More than this at once would keep its first waiting for its last.
BATCH_MAX = 256
#: Whoever comes when so many wait already is told to come again; a queue without an end answers nobody in time.
WAITING_MAX = 10_000


class CounterIsFull(Exception):
    """So many wait already that another would wait too long; nothing was taken."""


class GroupCommit(Generic[Item, Answer]):
    """Lines up items and hands all that wait to `write`, one batch at a time, in a thread of its own."""

    def __init__(
        self,
        write: Callable[[Sequence[Item]], Sequence[Answer | Exception]],
        *,
        name: str,
        let_go: Callable[[], None] = lambda: None,
    ) -> None:
        """Take what writes a batch: it returns one answer for each item, or the error that is this item's own.

        `let_go` is called once, at the end, when nothing is being written any more.
        """
        self._write = write
        self._let_go = let_go
        self._waiting: deque[tuple[Item, asyncio.Future[Answer]]] = deque()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._drain: asyncio.Task[None] | None = None

    async def offer(self, item: Item) -> Answer:
        """Wait until the item is durable, and return its answer.

        Whoever stops waiting does not take the item back: it may be written already.
        """
        (answer,) = await self.offer_all([item])
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def offer_all(self, items: Sequence[Item]) -> list[Answer | Exception]:
        """Wait until all items are durable, and return an answer for each, in their order."""
        if len(self._waiting) + len(items) > WAITING_MAX:
            raise CounterIsFull
        loop = asyncio.get_running_loop()
        answers: list[asyncio.Future[Answer]] = [loop.create_future() for _ in items]
        self._waiting.extend(zip(items, answers, strict=True))
        if self._drain is None or self._drain.done():
            self._drain = loop.create_task(self._write_what_waits())
        return [answer if not isinstance(answer, BaseException) else _ours(answer) for answer in await _all(answers)]

    async def close(self) -> None:
        """Write what was taken, then let go of the thread."""
        if self._drain is not None:
            await self._drain
        self._thread.shutdown()
        self._let_go()

    async def _write_what_waits(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), BATCH_MAX))]
            items = [item for item, _ in batch]
            try:
                answers = await loop.run_in_executor(self._thread, self._write, items)
                assert len(answers) == len(batch)
            except Exception as error:  # noqa: BLE001 — it is handed to everybody who waits, none of whom may hang
                answers = [error] * len(batch)
            for (_, future), answer in zip(batch, answers, strict=True):
                if future.cancelled():
                    continue
                if isinstance(answer, Exception):
                    future.set_exception(answer)
                else:
                    future.set_result(answer)


async def _all(answers: Sequence[asyncio.Future[Answer]]) -> list[Answer | BaseException]:
    return await asyncio.gather(*answers, return_exceptions=True)


def _ours(error: BaseException) -> Exception:
    if isinstance(error, Exception):
        return error
    raise error
