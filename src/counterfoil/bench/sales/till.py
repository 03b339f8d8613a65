"""Tills that sell as fast as they are answered: each a connection of its own, one sale in flight.

It runs in a process of its own (`python -m counterfoil.bench.sales.till`) and speaks HTTP by hand, because a client
library would take more of the two cores than the server that is measured. Times are of a till: from the first byte sent
to the whole answer read.
"""

from __future__ import annotations

import asyncio
import json
import random
import secrets
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import cast

import uvloop

_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length:"
#: After the last sale was sent, so long an answer may still take.
LAST_ANSWER_SECONDS_MAX = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the tills do."""

    port: int
    clients: int
    seconds: float
    tokens: list[str]
    #: `cash`, `card`, `hot` (one item sold by all) or `batch` (an upload of many).
    kind: str
    #: Sales in one upload, for `batch`.
    sales_of_upload: int = 100


@dataclass(slots=True, kw_only=True)
class Tally:
    """What the tills saw."""

    #: Milliseconds of each answer.
    latencies_ms: list[float] = field(default_factory=list)
    sales_n: int = 0
    refused_n: int = 0
    first_refusal: str = ""


class Till(asyncio.Protocol):
    """One till."""

    def __init__(self, plan: Plan, tally: Tally, number: int, until: float, gone: Callable[[], None]) -> None:
        self._plan, self._tally, self._number, self._until, self._gone = plan, tally, number, until, gone
        self._token = plan.tokens[number % len(plan.tokens)]
        self._name = f"W{secrets.token_hex(5)}"
        self._sold_n = 0
        self._buffer = b""
        self._sent_at = 0.0
        self._random = random.Random(number)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Sell the first one."""
        # What uvloop hands over can write, and is no subclass of what asyncio calls so.
        self._transport = cast("asyncio.WriteTransport", transport)
        self._sell()

    def data_received(self, data: bytes) -> None:
        """Take an answer, and sell the next one."""
        self._buffer += data
        head, found, body = self._buffer.partition(_HEAD_END)
        if not found or len(body) < _length(head):
            return
        self._tally.latencies_ms.append((time.perf_counter() - self._sent_at) * 1000)
        if head.startswith((b"HTTP/1.1 201", b"HTTP/1.1 200")) and b'"code"' not in body:
            self._tally.sales_n += self._plan.sales_of_upload if self._plan.kind == "batch" else 1
        else:
            self._tally.refused_n += 1
            self._tally.first_refusal = self._tally.first_refusal or (head[:40] + b" " + body[:300]).decode()
        self._buffer = b""
        self._sell()

    def connection_lost(self, _error: Exception | None) -> None:
        """Say that this till has ended."""
        self._gone()

    def _sell(self) -> None:
        if time.perf_counter() >= self._until:
            self._transport.close()
            return
        if self._plan.kind == "batch":
            path = b"/api/v1/sales/batch"
            body = b'{"sales":[' + b",".join(self._sale() for _ in range(self._plan.sales_of_upload)) + b"]}"
        else:
            path = b"/api/v1/sales"
            body = b'{"sale":' + self._sale() + self._presented() + b"}"
        self._sent_at = time.perf_counter()
        self._transport.write(
            b"POST %b HTTP/1.1\r\nHost: till\r\nAuthorization: Bearer %b\r\n"
            b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
            % (path, self._token.encode(), len(body), body)
        )

    def _sale(self) -> bytes:
        self._sold_n += 1
        order_id = f"{self._name}{self._sold_n:07d}"
        hot = self._plan.kind == "hot"
        lines = ",".join(
            f'{{"sku":"sku{1 if hot and n == 0 else self._random.randint(1, 2000)}","name":"Thing","quantity":"1",'
            '"amount_minor":333,"line_kind":"goods","unit_price_minor":333,"list_price_minor":333,"entry":"scanned"}'
            for n in range(3)
        )
        tender = (
            '"card","amount_minor":999'
            if self._plan.kind == "card"
            else '"cash","amount_minor":999,"handed_minor":1000'
        )
        return (
            f'{{"order_id":"{order_id}","store_id":"s1","terminal_id":"t{self._number % 64}","operator_id":"o1",'
            f'"placed_at":"{datetime.now(UTC).isoformat()}","currency":"CNY","total_minor":999,"lines":[{lines}],'
            f'"tenders":[{{"payment_id":"{order_id}P","tender":{tender}}}]}}'
        ).encode()

    def _presented(self) -> bytes:
        if self._plan.kind != "card":
            return b""
        payment_id = f"{self._name}{self._sold_n:07d}P"
        return (
            f',"presented":{{"{payment_id}":{{"entry":"chip","number":"4000000000000002","expiry":"3012"}}}}'.encode()
        )


def _length(head: bytes) -> int:
    at = head.lower().find(_LENGTH)
    return int(head[at + len(_LENGTH) :].split(b"\r\n", 1)[0]) if at >= 0 else 0


async def sell(plan: Plan) -> Tally:
    """Let the tills sell for as long as the plan says, and return what they saw."""
    loop, tally = asyncio.get_running_loop(), Tally()
    until = time.perf_counter() + plan.seconds
    ends = [loop.create_future() for _ in range(plan.clients)]
    for number, end in enumerate(ends):
        await loop.create_connection(
            lambda number=number, end=end: Till(  # type: ignore[misc]  # the loop calls it without arguments
                plan, tally, number, until, lambda: end.done() or end.set_result(None)
            ),
            "127.0.0.1",
            plan.port,
        )
    await asyncio.wait_for(asyncio.gather(*ends), plan.seconds + LAST_ANSWER_SECONDS_MAX)
    return tally


def main() -> None:
    """Read a plan from standard input, and write what the tills saw."""
    plan = Plan(**json.load(sys.stdin))
    json.dump(asdict(uvloop.run(sell(plan))), sys.stdout)


if __name__ == "__main__":
    main()
