"""Two hundred megabytes come in by the page of an audit while the tills sell, and the web process stays small."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

import httpx
import psutil
import pytest

from counterfoil.bootstrap import secret_of
from counterfoil.db.address import Addresses
from counterfoil.db.engine import Database
from counterfoil.ids import StaffId
from counterfoil.languages import Language
from counterfoil.shop.staff import store as staff
from counterfoil.shop.staff.kept_secrets import store as kept_secrets
from counterfoil.shop.staff.model import EVERY_STORE, Grant, Role
from counterfoil.shop.staff.passwords import Password, Passwords
from tests.serving.counters import PATIENCE_SECONDS, Counter, counter, environment
from tests.serving.shop import MERCHANT, Shop
from tests.web.desk import form_on, read

FINANCE = StaffId("fay")
PASSWORD = "seven quiet herons"  # noqa: S105 — of somebody that only tests know
MEGABYTE = 1 << 20
SENT_BYTES_MIN = 200 * MEGABYTE
GROWTH_BYTES_MAX = 60 * MEGABYTE
ROWS = 950_000
#: Held back until a sale and a question were answered: so they are answered before all of it has come.
HELD_BYTES = MEGABYTE
#: An audit gives way to everything; on a busy machine it takes its time.
LOOKS_MAX = 2_000
LOOK_SECONDS = 1.0
#: A piece of a file that was held in memory whole would be there for longer.
SIZE_EVERY_SECONDS = 0.02
#: For the answer to a form of two hundred megabytes.
TOLD_SECONDS_MAX = 1_200.0
_FIRST = datetime(2026, 1, 1, tzinfo=UTC)
#: One order in so many was taken, and nobody paid for it.
_UNPAID_EVERY = 10_000


class Held(io.FileIO):
    """A file whose end is read once somebody lets it go."""

    def __init__(self, path: Path, let_go: threading.Event) -> None:
        super().__init__(path)
        self.let_go = let_go
        self.held_from = path.stat().st_size - HELD_BYTES

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() >= self.held_from:
            assert self.let_go.wait(PATIENCE_SECONDS)
        return super().read(size) or b""


def rows(kind: str) -> Iterator[str]:
    """Yield the lines of a book whose times carry no offset."""
    if kind == "orders":
        yield "merchant_id,order_id,store_id,terminal_id,operator_id,placed_at,state,total_minor,currency,fulfilment\n"
    else:
        yield "merchant_id,payment_id,order_id,terminal_id,kind,tender,amount_minor,currency,state,occurred_at\n"
    for number in range(ROWS):
        at = f"{_FIRST + timedelta(seconds=5 * number):%Y-%m-%dT%H:%M:%S}"
        order, till, minor = f"order-of-a-long-history-{number:09}", f"till-{number % 8}", 100 + number % 9_000
        if kind == "orders":
            yield f"M1,{order},S1,{till},ann,{at},paid,{minor},CNY,carry_out\n"
        elif number % _UNPAID_EVERY:
            yield f"M1,{order}-P,{order},{till},sale,cash,{minor},CNY,approved,{at}\n"


def written(folder: Path) -> list[Path]:
    """Write both books."""
    paths = [folder / "orders.csv", folder / "payments.csv"]
    for path in paths:
        with path.open("w", encoding="utf-8", newline="") as file:
            file.writelines(rows(path.stem))
    return paths


def hired(database: Database, environ: dict[str, str], home: Path) -> None:
    """Take somebody on who reconciles, with a password under the shop's own key."""
    passwords = Passwords(secret_of(environ, home=home).for_merchant(MERCHANT).passwords)
    now = datetime.now(UTC)
    hashed = passwords.hash(FINANCE, Password(text=PASSWORD))
    with database.transaction(MERCHANT) as connection:
        staff.add_person(connection, MERCHANT, FINANCE, name="Fay", language=Language.EN, now=now)
        staff.give(connection, MERCHANT, Grant(staff_id=FINANCE, role=Role.FINANCE, store_id=EVERY_STORE), now=now)
        assert kept_secrets.set_password(connection, MERCHANT, FINANCE, hashed)


def press(client: httpx.Client, page: str, ending: str, **typed: str) -> httpx.Response:
    form = form_on(client.get(page), ending)
    answer = client.post(form.action, data={**form.fields, **typed})
    assert answer.status_code == 303, answer.text
    return answer


def begun(client: httpx.Client) -> str:
    return press(client, "/office/audits", "/office/audits").headers["location"]


def uploaded(client: httpx.Client, audit: str, paths: list[Path], let_go: threading.Event) -> httpx.Response:
    """Send files by the form of the page."""
    form = form_on(client.get(audit), "/files")
    with ExitStack() as stack:
        files = [("files", (path.name, stack.enter_context(Held(path, let_go)))) for path in paths]
        return client.post(form.action, data=form.fields, files=files)


class Watched:
    """A process whose size is looked at all the time, in a thread, until the block ends."""

    def __init__(self, process: psutil.Process) -> None:
        self.process = process
        self.before = self.largest = process.memory_info().rss
        self._is_over = threading.Event()
        self._looking = threading.Thread(target=self._look)

    def _look(self) -> None:
        while not self._is_over.wait(SIZE_EVERY_SECONDS):
            self.largest = max(self.largest, self.process.memory_info().rss)

    def __enter__(self) -> Self:
        self._looking.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._is_over.set()
        self._looking.join()

    @property
    def growth(self) -> int:
        return self.largest - self.before


def sell_until(ends: Future[httpx.Response], open_counter: Counter, let_go: threading.Event) -> int:
    """Sell, and ask how the shop stands, while files come in; returns how many sales were answered before they were."""
    sales_n = 0
    while not ends.done():
        assert open_counter.offer(open_counter.shop.sale()).status_code == 201
        assert open_counter.health()["status"] == "ready"
        sales_n += not ends.done()
        let_go.set()
    return sales_n


def sell_until_done(client: httpx.Client, audit: str, open_counter: Counter) -> None:
    """Sell while the worker audits."""
    waiting = threading.Event()
    for _ in range(LOOKS_MAX):
        assert open_counter.offer(open_counter.shop.sale()).status_code == 201
        said = read(client.get(audit))
        assert "could not be done" not in said
        if "Open the report" in said:
            return
        waiting.wait(LOOK_SECONDS)
    raise AssertionError(f"it was not done after {LOOKS_MAX} looks")


@pytest.mark.long
def test_two_hundred_megabytes_come_in_and_are_audited_while_the_tills_sell(
    addresses: Addresses, database: Database, shop: Shop, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    environ = environment(tmp_path / "home", database=addresses.application)
    hired(database, environ, tmp_path / "home")
    paths = written(tmp_path)
    sent_bytes = sum(path.stat().st_size for path in paths)
    assert sent_bytes >= SENT_BYTES_MIN
    record_property("MB sent", sent_bytes // MEGABYTE)
    small = tmp_path / "small" / "orders.csv"
    small.parent.mkdir()
    with paths[0].open("rb") as file:
        small.write_bytes(b"".join(file.readlines(2 * HELD_BYTES)))
    with (
        counter(environ, shop) as open_counter,
        httpx.Client(base_url=open_counter.address, timeout=TOLD_SECONDS_MAX) as client,
        ExitStack() as watching,
    ):
        press(client, "/sign-in", "/sign-in", who=FINANCE, password=PASSWORD)
        let_go = threading.Event()
        let_go.set()
        # What is loaded once, for the first file and the first sale, is no growth by this one.
        assert uploaded(client, begun(client), [small], let_go).status_code == 303
        assert open_counter.offer(shop.sale()).status_code == 201
        audit = begun(client)
        press(client, audit, "/choices", time_zone="Asia/Shanghai", as_of="2026-04-01T00:00:00+08:00")

        web = watching.enter_context(Watched(open_counter.child("web-1")))
        held = threading.Event()
        begun_s = time.monotonic()
        with ThreadPoolExecutor(1) as sending:
            ends = sending.submit(uploaded, client, audit, paths, held)
            sales_n = sell_until(ends, open_counter, held)
        assert sales_n > 0
        record_property("sales answered while it came", sales_n)
        record_property("seconds until it had come", round(time.monotonic() - begun_s))
        record_property("growth in MB until it had come", web.growth // MEGABYTE)
        assert ends.result().status_code == 303, ends.result().text
        assert "2 files are here." in read(client.get(audit))

        press(client, audit, "/run")
        sell_until_done(client, audit, open_counter)
        record_property("seconds until it was audited", round(time.monotonic() - begun_s))
        record_property("growth in MB in all", web.growth // MEGABYTE)
        assert web.growth <= GROWTH_BYTES_MAX
        report = client.get(f"{audit}/report")
        assert '<div id="page"></div>' in report.text
        said = read(client.get(audit))
        assert f"orders.csv book-format-1 {ROWS:,} rows read, which make {ROWS:,} rows of the books." in said
        assert "Time zone of the files Asia/Shanghai" in said
