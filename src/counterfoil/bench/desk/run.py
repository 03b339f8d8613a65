"""One run: the shop, the real processes, and somebody who opens the inbox in every way and one case after the other."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType

import psycopg

from counterfoil.bench.desk.reader import Reader, Times, cases_on, older_than, reader_at
from counterfoil.bench.desk.shop import MERCHANT, OWNER, PASSWORD, helper, open_desk
from counterfoil.bench.desk.store import cases_in_hand, cases_of
from counterfoil.bench.sales.run import serving
from counterfoil.bench.sales.shop import Shop

#: What is promised, on two cores; the server's time and the way over the loopback.
P95_MS_MAX = 80.0

#: How somebody looks for cases, each as an address.
WAYS: Mapping[str, str] = MappingProxyType(
    {
        "everything in hand": "/desk",
        "by exception": "/desk?exception=missing_slip",
        "critical": "/desk?severity=critical",
        "one store": "/desk?store=s3",
        "somebody's": f"/desk?owner={helper(0)}",
        "nobody's": "/desk?owner=nobody",
        "mine": "/desk?owner=me",
        "overdue": "/desk?overdue=yes",
        "open for a week": "/desk?age=7d",
        "most money first": "/desk?sort=money",
        "the oldest first": "/desk?sort=age",
        "above an amount": "/desk?at_least=3000",
        "all of it at once": "/desk?exception=duplicate_order&store=s2&owner=nobody&overdue=yes&sort=money",
        "closed": "/desk?state=closed",
        "a number": "/desk?q=0000000000",
        "a number of nothing": "/desk?q=zzzz",
    }
)
#: Pages that somebody has turned before.
DEEP = 40
_INBOX, _CASE = "inbox", "case"
_WARM = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One run."""

    sales: int
    cases: int
    #: Each way of the inbox by itself, a page deep in it, and all of them together as `inbox`; and `case`.
    times: tuple[Times, ...]

    def of(self, name: str) -> Times:
        """Return what one kind of page took; StopIteration where it was not opened."""
        return next(each for each in self.times if each.name == name)

    def told(self) -> dict[str, object]:
        """Return it as `--json` writes it."""
        return {"inbox_p95_ms": self.of(_INBOX).p95_ms, "case_p95_ms": self.of(_CASE).p95_ms, **asdict(self)}


def measure_desk(
    folder: Path, *, sales: int, cases: int, rounds: int, told: Callable[[str, int, int], None]
) -> Measured:
    """Measure the desk of a shop with so many sales and so many cases in hand; the shop is kept in `folder`."""
    shop = open_desk(folder, sales=sales, cases=cases, told=told)
    with serving(shop) as port, reader_at(port) as reader:
        reader.sign_in(MERCHANT, OWNER, PASSWORD)
        ways = {**WAYS, f"page {DEEP}": _deep(reader)}
        steps = len(ways) + 1
        times: list[Times] = []
        taken_ms: list[float] = []
        for name, path in ways.items():
            some = _opened(reader, [path] * rounds)
            taken_ms += some
            times.append(Times.of(name, some))
            told("measuring", len(times), steps)
        times.append(Times.of(_INBOX, taken_ms))
        pages = [f"/desk/cases/{case_id}" for case_id in _chosen(shop, rounds * len(ways))]
        times.append(Times.of(_CASE, _opened(reader, pages)))
        told("measuring", steps, steps)
    return Measured(sales=sales, cases=_standing(shop), times=tuple(times))


def broken_promises(found: Measured) -> Iterator[str]:
    """Yield every promise that a run does not keep."""
    for name in (_INBOX, _CASE):
        one = found.of(name)
        if one.p95_ms > P95_MS_MAX:
            yield f"{name}: p95 {one.p95_ms:.0f} ms, promised are {P95_MS_MAX:.0f}"


def _opened(reader: Reader, paths: list[str]) -> list[float]:
    """Open pages, a few of them once before anything counts."""
    for path in paths[:_WARM]:
        reader.page(path)
    return [reader.timed(path) for path in paths]


def _deep(reader: Reader) -> str:
    """Turn pages, and return where the last of them is."""
    path = "/desk"
    for _ in range(DEEP):
        page = reader.page(path)
        if not cases_on(page):
            raise RuntimeError(f"{path} shows no case")
        following = older_than(page)
        if following is None:
            break
        path = following
    return path


def _chosen(shop: Shop, count: int) -> list[str]:
    """Choose cases all over the shop, some with an owner and some without."""
    assert shop.addresses.keeper is not None
    with psycopg.connect(shop.addresses.keeper, autocommit=True) as connection:
        known = [case_id for case_id, _ in cases_of(connection, MERCHANT, 10 * count)]
    return random.Random(count).sample(known, min(count, len(known)))


def _standing(shop: Shop) -> int:
    assert shop.addresses.keeper is not None
    with psycopg.connect(shop.addresses.keeper, autocommit=True) as connection:
        return cases_in_hand(connection, MERCHANT)
