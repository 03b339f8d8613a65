"""The simulated host's ear and mouth: TCP on the loopback, answers on the way that fate has chosen for them.

Nothing is answered before its ruling is committed. What happens to an answer, and to its connection, happens here.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import cast

from counterfoil.storm.acquirer.desk import Desk, Waiting
from counterfoil.storm.acquirer.fates import Faults, Path
from counterfoil.storm.acquirer.wire import Message, Nonsense, cut, parse, written

#: How many messages one commit carries at most, and how many may wait before reading stops.
BATCH_MAX = 512
WAITING_MAX = 20_000
#: An answer that waits to be overtaken waits no longer than this.
_OVERTAKEN_WITHIN_S = 0.25
_HEADER_BYTES = 2


class Conversation(asyncio.Protocol):
    """One connection of a terminal or a switch."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._buffer = bytearray()
        self._held: list[bytes] = []
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        # uvloop's transports are not derived from asyncio's.
        self.transport = cast("asyncio.Transport", transport)
        self._server.conversations.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """End; what is still to be answered is answered to nobody."""
        self._server.conversations.discard(self)
        self.transport = None

    def data_received(self, data: bytes) -> None:
        """Take messages off the stream; a stream that has lost its step is closed."""
        self._buffer += data
        try:
            for body in cut(self._buffer):
                self._server.arrived(self, body)
        except Nonsense:
            self.end()

    def say(self, data: bytes) -> None:
        """Send an answer, and behind it those that wait to be overtaken."""
        held, self._held = self._held, []
        for part in (data, *held):
            if self.transport is not None:
                self.transport.write(part)

    def hold(self, data: bytes) -> None:
        """Keep an answer back until another overtakes it, or for a short while."""
        self._held.append(data)
        asyncio.get_running_loop().call_later(_OVERTAKEN_WITHIN_S, self.say, b"")

    def break_off(self, data: bytes) -> None:
        """Send a part of an answer and end the connection."""
        if self.transport is not None:
            self.transport.write(data)
        self.end()

    def end(self) -> None:
        """End the connection."""
        if self.transport is not None:
            self.transport.close()


class Server:
    """The host on its port."""

    def __init__(self, desk: Desk, faults: Faults, *, thread: ThreadPoolExecutor) -> None:
        self._desk, self.faults, self._thread = desk, faults, thread
        self._queue: asyncio.Queue[Waiting] = asyncio.Queue()
        self._listening: asyncio.Server | None = None
        self._paused = False
        self.conversations: set[Conversation] = set()
        self.port = 0
        self.nonsense_n = 0

    async def listen(self, port: int) -> None:
        """Begin to listen; 0 takes any free port."""
        loop = asyncio.get_running_loop()
        self._listening = await loop.create_server(
            lambda: Conversation(self), "127.0.0.1", port, reuse_address=True, backlog=1_024
        )
        self.port = self._listening.sockets[0].getsockname()[1]

    async def be_deaf(self) -> None:
        """Stop to listen and end every connection, until `listen` is called with the same port."""
        if self._listening is not None:
            self._listening.close()
            self._listening = None
        for conversation in tuple(self.conversations):
            conversation.end()

    async def rule_on(self) -> None:
        """Rule on what waits, batch by batch, for as long as the process lives."""
        loop = asyncio.get_running_loop()
        while True:
            batch = [await self._queue.get()]
            while len(batch) < BATCH_MAX and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            await loop.run_in_executor(self._thread, self._desk.rule, batch)
            for waiting in batch:
                self._deliver(waiting)
            if self._paused and self._queue.qsize() < WAITING_MAX // 2:
                self._pause(paused=False)

    def arrived(self, conversation: Conversation, body: bytes) -> None:
        """Take a message; network management is answered at once, the rest waits for its ruling."""
        try:
            message = parse(body)
        except Nonsense:
            self.nonsense_n += 1
            return
        if message.mti[2] not in "02":
            return
        if message.mti[1] == "8":
            conversation.say(written(_managed(message)))
            return
        self._queue.put_nowait(Waiting(message=message, line=conversation, plan=self._desk.take_plan(message)))
        if self._queue.qsize() > WAITING_MAX:
            self._pause(paused=True)

    def _deliver(self, waiting: Waiting) -> None:
        conversation, answer = waiting.line, waiting.answer
        assert isinstance(conversation, Conversation)
        assert answer is not None
        loop = asyncio.get_running_loop()
        match None if waiting.is_resumed else waiting.path:
            case Path.LOST_REQUEST | Path.LOST_ANSWER:
                pass
            case Path.LATE_REQUEST:
                waiting.is_resumed = True
                loop.call_later(self.faults.late_ms / 1000, self._queue.put_nowait, waiting)
            case Path.LATE_ANSWER:
                loop.call_later(self.faults.late_ms / 1000, conversation.say, written(answer))
            case Path.SLOW:
                loop.call_later(self.faults.slow_ms / 1000, conversation.say, written(answer))
            case Path.DUPLICATE_ANSWER:
                conversation.say(written(answer) * 2)
            case Path.REORDERED:
                conversation.hold(written(answer))
            case Path.DROPPED:
                said = written(answer)
                conversation.break_off(said[: len(said) // 2])
            case Path.SERVER_ERROR | Path.FALSE_ERROR | None:
                conversation.say(written(answer))
            case told_wrongly:
                conversation.say(self._distorted(waiting, answer, told_wrongly))

    def _distorted(self, waiting: Waiting, answer: Message, path: Path) -> bytes:
        """Return an answer that is not to be believed."""
        match path:
            case Path.WRONG_AMOUNT:
                return written(_with_another_amount(answer))
            case Path.WRONG_TERMINAL:
                return written(_changed(answer, {41: "ELSEWHER"}))
            case _:
                said = written(answer)
                noise = self.faults.noise(len(said) - _HEADER_BYTES, waiting.message.get(48))
                return said[:_HEADER_BYTES] + noise

    def _pause(self, *, paused: bool) -> None:
        self._paused = paused
        for conversation in self.conversations:
            if conversation.transport is None or conversation.transport.is_closing():
                continue
            if paused:
                conversation.transport.pause_reading()
            else:
                conversation.transport.resume_reading()


def _managed(message: Message) -> Message:
    repeated = {number: message.elements[number] for number in (7, 11, 41, 42, 70) if number in message.elements}
    return Message(mti="0810", elements={**repeated, 39: "00"})


def _changed(answer: Message, elements: dict[int, str]) -> Message:
    return Message(mti=answer.mti, elements={**answer.elements, **elements})


def _with_another_amount(answer: Message) -> Message:
    """Return an answer that names one minor unit more; totals have no amount of their own."""
    if 4 not in answer.elements:  # noqa: PLR2004 — data elements are known by their numbers
        return answer
    return _changed(answer, {4: f"{(int(answer.elements[4]) + 1) % 10**12:012d}"})
