"""The control port: one JSON object a line in, one out. It plans faults and tells the truth; terminals never see it."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path as File
from typing import Any

from counterfoil.storm.acquirer.bill import write_bill
from counterfoil.storm.acquirer.desk import PLANS_MAX, Desk, Plan
from counterfoil.storm.acquirer.fates import BadFaults, Faults, Path
from counterfoil.storm.acquirer.host_clock import HostClock
from counterfoil.storm.acquirer.rulings import Host
from counterfoil.storm.acquirer.server import Server
from counterfoil.storm.acquirer.store import Book

MOVEMENTS_MAX = 5_000


class Control:
    """Whoever rehearses, at the host's elbow."""

    def __init__(
        self,
        *,
        book: Book,
        host: Host,
        desk: Desk,
        server: Server,
        clock: HostClock,
        bills: File,
        thread: ThreadPoolExecutor,
    ) -> None:
        self._book, self._host, self._desk, self._server, self._clock = book, host, desk, server, clock
        self._bills, self._thread = bills, thread

    async def serve(self, port: int) -> int:
        """Begin to listen and return the port."""
        listening = await asyncio.start_server(self._converse, "127.0.0.1", port)
        return int(listening.sockets[0].getsockname()[1])

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                writer.write(json.dumps(await self._done(line)).encode() + b"\n")
                await writer.drain()
        except (ConnectionError, ValueError):
            pass
        finally:
            writer.close()

    async def _done(self, line: bytes) -> dict[str, Any]:
        try:
            order = json.loads(line)
            return {"ok": True, **await self._do(order)}
        except (ValueError, KeyError, TypeError) as error:
            return {"ok": False, "error": f"{type(error).__name__}: {error}"}

    async def _do(self, order: dict[str, Any]) -> dict[str, Any]:
        match order["do"]:
            case "plan":
                return self._plan(order)
            case "forget_plans":
                self._desk.plans.clear()
                return {}
            case "faults":
                return self._change_faults(str(order["faults"]))
            case "clock":
                at = order.get("at")
                self._clock.stands_at = None if at is None else datetime.fromisoformat(str(at)).astimezone(UTC)
                return {}
            case "be_deaf":
                await self._server.be_deaf()
                return {}
            case "listen":
                await self._server.listen(self._server.port)
                return {}
            case _:
                return await asyncio.get_running_loop().run_in_executor(self._thread, self._told, order)

    def _told(self, order: dict[str, Any]) -> dict[str, Any]:
        """Answer what only the book can tell, on the book's own thread."""
        match order["do"]:
            case "truth":
                return asdict(self._book.truth(str(order["merchant"]), str(order["payment_id"])))
            case "movements":
                limit = min(int(order.get("limit", MOVEMENTS_MAX)), MOVEMENTS_MAX)
                rows = self._book.movements(int(order.get("after", 0)), limit)
                return {"movements": [{"seq": seq, **asdict(movement)} for seq, movement in rows]}
            case "bill":
                files = write_bill(self._book, self._host.faults, self._bills, str(order["day"]))
                return {"files": [str(file) for file in files]}
            case "counts":
                counts = self._desk.counts
                return {
                    "arrived": dict(counts.arrived),
                    "paths": dict(counts.paths),
                    "codes": dict(counts.codes),
                    "commits": counts.commits,
                    "nonsense": self._server.nonsense_n,
                }
            case other:
                raise BadFaults(f"no such order: {other}")

    def _plan(self, order: dict[str, Any]) -> dict[str, Any]:
        path = Path(order["path"]) if order.get("path") else None
        plan = Plan(path=path, decline=order.get("decline"), classes=str(order.get("classes", "245")))
        n = int(order.get("n", 1))
        if n < 1 or len(self._desk.plans) + n > PLANS_MAX:
            raise BadFaults(f"at most {PLANS_MAX} plans may wait")
        self._desk.plans += [plan] * n
        return {"plans": len(self._desk.plans)}

    def _change_faults(self, text: str) -> dict[str, Any]:
        self._host.faults = self._server.faults = Faults.parse(text, self._host.faults.seed)
        return {}
