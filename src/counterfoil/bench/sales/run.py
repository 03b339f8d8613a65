"""One run of the bench: the shop, the real processes, the tills, and `pgbench` beside them.

Everything is measured in this one run, on this machine, one after the other: the machine is noisy, so what counts are
the ratios. The baseline runs before and after the tills, and the better of the two counts.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from counterfoil.bench.sales.baseline import Baseline, measure_baseline
from counterfoil.bench.sales.shop import MERCHANTS_MAX, Shop, await_watch, merchant_name, open_shop, token
from counterfoil.bench.sales.till import Plan
from counterfoil.db.embedded.home import HOME_VARIABLE
from counterfoil.settings import FILE_NAME
from counterfoil.storm.acquirer.started import started
from counterfoil.storm.shop import configure

#: What is promised, on two cores.
RATIO_MIN = 1.0
P99_MS_MAX = 100.0
P50_MS_MAX_ALONE = 5.0
HOT_LOSS_MAX = 0.15
BATCH_RATIO_MIN = 4.0

CLIENTS = (1, 8, 64)
#: Web processes of the counter that is measured.
PROCESSES = 2
START_SECONDS_MAX = 60
#: Sales before anything is counted, so that plans, caches and connections are there.
WARM_SECONDS = 3
#: Longer than the counter gives itself to end.
STOP_SECONDS_MAX = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """What the tills reached in one variant."""

    kind: str
    clients: int
    merchants: int
    sales_per_second: float
    p50_ms: float
    p99_ms: float
    refused: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One run."""

    history: int
    processes: int
    seconds: int
    sold: tuple[Sold, ...]
    baselines: tuple[Baseline, ...]

    def of(self, kind: str, clients: int, merchants: int = 1) -> Sold:
        """Return one variant; StopIteration where it was not measured."""
        return next(one for one in self.sold if (one.kind, one.clients, one.merchants) == (kind, clients, merchants))

    def baseline(self, clients: int) -> float:
        """Return what pgbench reached at its best with so many clients, in sales a second."""
        return max(one.sales_per_second for one in self.baselines if one.clients == clients)

    @property
    def ratio_to_pgbench(self) -> float:
        """How much of what pgbench reaches, at 64 clients."""
        return self.of("cash", CLIENTS[-1]).sales_per_second / self.baseline(CLIENTS[-1])

    @property
    def batch_ratio(self) -> float:
        """How much quicker one till uploads its sales than it sells them one by one."""
        return self.of("batch", 1).sales_per_second / self.of("cash", 1).sales_per_second

    def told(self) -> dict[str, object]:
        """Return it as `--json` writes it."""
        most = CLIENTS[-1]
        cash = self.of("cash", most).sales_per_second
        return {
            "ratio_to_pgbench": self.ratio_to_pgbench,
            "hot_item_loss": 1 - self.of("hot", most).sales_per_second / cash,
            "batch_ratio": self.batch_ratio,
            "batch_ratio_to_64_tills": self.of("batch", 2).sales_per_second / cash,
            **asdict(self),
        }


def measure_sales(folder: Path, *, history: int, seconds: int, told: Callable[[str, int, int], None]) -> Measured:
    """Measure the counter over a shop with so many sales in its books; the shop is kept in `folder`."""
    shop = open_shop(folder, history, lambda done, total: told("history", done, total))
    plans = [
        *(("cash", clients, 1) for clients in CLIENTS),
        ("hot", CLIENTS[-1], 1),
        ("cash", CLIENTS[-1], MERCHANTS_MAX),
        ("card", CLIENTS[-1], 1),
        ("batch", 1, 1),
        ("batch", 2, 1),
    ]
    steps = len(plans) + 2 * len(CLIENTS)
    baselines = [_baseline(shop, clients, seconds) for clients in CLIENTS]
    told("measuring", len(CLIENTS), steps)
    sold: list[Sold] = []
    with _card_host(shop), serving(shop) as port:
        _sell(port, "cash", CLIENTS[-1], MERCHANTS_MAX, WARM_SECONDS)
        await_watch(shop, START_SECONDS_MAX * 2)
        for kind, clients, merchants in plans:
            sold.append(_sell(port, kind, clients, merchants, seconds))
            told("measuring", len(baselines) + len(sold), steps)
    baselines += [_baseline(shop, clients, seconds) for clients in CLIENTS]
    told("measuring", steps, steps)
    return Measured(history=history, processes=PROCESSES, seconds=seconds, sold=tuple(sold), baselines=tuple(baselines))


def broken_promises(found: Measured) -> Iterator[str]:
    """Yield every promise that a run does not keep."""
    most, told = CLIENTS[-1], found.told()
    if found.ratio_to_pgbench < RATIO_MIN:
        yield f"{found.ratio_to_pgbench:.2f} times pgbench at {most} clients, promised are {RATIO_MIN}"
    if found.of("cash", most).p99_ms > P99_MS_MAX:
        yield f"p99 {found.of('cash', most).p99_ms:.0f} ms at {most} clients, promised are {P99_MS_MAX:.0f}"
    if found.of("cash", 1).p50_ms > P50_MS_MAX_ALONE:
        yield f"p50 {found.of('cash', 1).p50_ms:.1f} ms at one client, promised are {P50_MS_MAX_ALONE:.0f}"
    if float(str(told["hot_item_loss"])) > HOT_LOSS_MAX:
        yield f"one hot item costs {float(str(told['hot_item_loss'])):.0%}, promised are {HOT_LOSS_MAX:.0%}"
    if found.batch_ratio < BATCH_RATIO_MIN:
        yield f"an upload is {found.batch_ratio:.1f} times as quick, promised are {BATCH_RATIO_MIN:.0f}"
    refused = sum(one.refused for one in found.sold)
    if refused:
        yield f"{refused} sales were refused"


def _baseline(shop: Shop, clients: int, seconds: int) -> Baseline:
    return measure_baseline(shop.addresses.application, merchant_name(0), clients, seconds)


def _sell(port: int, kind: str, clients: int, merchants: int, seconds: float) -> Sold:
    plan = Plan(
        port=port, clients=clients, seconds=seconds, tokens=[token(place) for place in range(merchants)], kind=kind
    )
    ran = subprocess.run(
        [sys.executable, "-m", "counterfoil.bench.sales.till"],
        input=json.dumps(asdict(plan)),
        capture_output=True,
        check=True,
        text=True,
        timeout=seconds + START_SECONDS_MAX,
    )
    tally = json.loads(ran.stdout)
    if tally["refused_n"] and not tally["sales_n"]:
        raise RuntimeError(f"every sale was refused: {tally['first_refusal']}")
    latencies = sorted(tally["latencies_ms"])
    return Sold(
        kind=kind,
        clients=clients,
        merchants=merchants,
        sales_per_second=tally["sales_n"] / seconds,
        p50_ms=statistics.median(latencies),
        p99_ms=latencies[int(len(latencies) * 0.99)],
        refused=tally["refused_n"],
    )


@contextmanager
def _card_host(shop: Shop) -> Iterator[None]:
    """Run the simulated acquirer without a fault, and tell the shop where it is."""
    bank = shop.home.path.with_name(f"{shop.home.path.name}-bank")
    shutil.rmtree(bank, ignore_errors=True)
    bank.mkdir(parents=True)
    with started(bank) as running:
        configure(shop.home.path / FILE_NAME, port=running.port, merchant=merchant_name(0))
        yield


@contextmanager
def serving(shop: Shop, *extra: str) -> Iterator[int]:
    """Run the counter over the shop, as anybody would start it; yields its port."""
    port = _free_port()
    command = [
        *(str(Path(sys.executable).with_name("counterfoil")), "serve", "--port", str(port)),
        *("--processes", str(PROCESSES), *extra),
    ]
    log = shop.home.path / "serve.log"
    with log.open("wb") as said:
        process = subprocess.Popen(  # noqa: S603 — our own program
            command, env={**os.environ, HOME_VARIABLE: str(shop.home.path)}, stdout=said, stderr=said
        )
    try:
        _await(port, process, log)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.perf_counter() + START_SECONDS_MAX
    while time.perf_counter() < until:
        if process.poll() is not None:
            break
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/health", timeout=1).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"the counter did not start: {log.read_text(encoding='utf-8', errors='replace')[-500:]}")


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
