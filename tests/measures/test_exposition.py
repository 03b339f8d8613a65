"""Numbers of the whole house, from the books and from the counter, and of nobody in particular."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from litestar.testing import TestClient
from prometheus_client import generate_latest

from counterfoil.counter.measures import timed
from counterfoil.measures.counters import SECONDS, SIZES, Counters, emptied_folder
from counterfoil.measures.exposition import GAUGES, MEDIA_TYPE, Measured
from counterfoil.measures.standing import KEPT_SECONDS, Books
from counterfoil.shop.tokens.model import Scope
from counterfoil.shop.tokens.store import add_token
from tests.api.asking import Asking, problem
from tests.api.test_bills_and_findings import found
from tests.applications import application_over
from tests.counter.acquirer import Fate
from tests.counter.till import Counter
from tests.measures.reading import number, numbers, summed

COUNTED = ("counterfoil_sales_total", "counterfoil_group_size", "counterfoil_group_commit_seconds")
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "metrics.md"


def measured(counter: Counter, *, by_merchant: bool = False) -> Measured:
    books = Books(database=counter.database, clock=counter.clock)
    return Measured(counters=Counters(), books=books, by_merchant=by_merchant)


def told(counter: Counter, *, by_merchant: bool = False) -> str:
    return measured(counter, by_merchant=by_merchant).exposition().decode()


def token(counter: Counter, *scopes: Scope) -> str:
    with counter.database.transaction(counter.merchant_id) as connection:
        return add_token(connection, counter.merchant_id, scopes=scopes, now=counter.clock.now).text()


@pytest.fixture
def asking(counter: Counter) -> Iterator[tuple[Asking, Counters]]:
    """A caller of a house that counts, whose token may sell and read what is counted."""
    house, counters = counter.another_house(), Counters()
    house = replace(house, selling=replace(house.selling, measures=counters))
    books = Books(database=counter.database, clock=counter.clock)
    counting = Measured(counters=counters, books=books)
    with application_over(house, measured=counting) as app, TestClient(app) as client:
        client.headers["Authorization"] = f"Bearer {token(counter, Scope.SELL, Scope.METRICS)}"
        yield Asking(counter=counter, client=client), counters


def test_sales_are_counted_by_how_they_were_answered(asking: tuple[Asking, Counters]) -> None:
    asks, _ = asking
    sale = asks.counter.sale(asks.counter.tender("cash"))
    assert asks.offer(sale).status_code == 201
    assert asks.offer(sale).status_code == 200
    other = asks.counter.sale()
    assert problem(asks.offer(msgspec.structs.replace(other, total_minor=1))) == "lines_do_not_add_up"
    answer = asks.client.get("/metrics")
    assert (answer.status_code, answer.headers["content-type"]) == (200, f"{MEDIA_TYPE}; charset=utf-8")
    for word in ("created", "exists", "lines_do_not_add_up"):
        assert number(answer.text, "counterfoil_sales_total", answer=word) == 1, word
    assert summed(answer.text, "counterfoil_sales_total") == 3


def test_a_group_is_counted_with_its_size_and_its_time() -> None:
    class Heard:
        def __init__(self) -> None:
            self.groups: list[tuple[int, bool]] = []

        def sale_answered(self, answer: str) -> None:
            raise AssertionError(answer)

        def group_written(self, sales_n: int, seconds: float) -> None:
            self.groups.append((sales_n, seconds > 0))

    heard = Heard()
    assert timed(lambda items: [item * 2 for item in items], heard)([1, 2, 3]) == [2, 4, 6]

    def broken(items: object) -> list[int]:
        raise OSError("full")

    with pytest.raises(OSError, match="full"):
        timed(broken, heard)([1])
    assert heard.groups == [(3, True), (1, True)], "what could not be written took its time as well"


def test_a_histogram_has_the_buckets_that_the_page_names() -> None:
    counters = Counters()
    counters.group_written(3, 0.003)
    text = generate_latest(counters.registry()).decode()
    assert number(text, "counterfoil_group_size_bucket", le="4.0") == 1
    assert number(text, "counterfoil_group_size_bucket", le="2.0") == 0
    assert number(text, "counterfoil_group_commit_seconds_bucket", le="0.005") == 1
    assert number(text, "counterfoil_group_commit_seconds_sum") == 0.003
    page = PAGE.read_text(encoding="utf-8")
    assert ", ".join(map(str, SIZES)) in page
    assert ", ".join(f"{each:g}" for each in SECONDS) in page


def test_what_the_books_say_is_told(counter: Counter) -> None:
    text = told(counter)
    assert number(text, "counterfoil_payments_unknown") == 0
    assert number(text, "counterfoil_payment_unknown_oldest_seconds") == 0
    counter.wechat.plan("charge", Fate.LOST_ANSWER)
    counter.sell(counter.sale(counter.tender("wechat")))
    found(counter, 1)
    found(counter, 2, "void_mismatch")
    counter.clock.now += timedelta(seconds=90)
    text = told(counter)
    assert number(text, "counterfoil_payments_unknown") == 1
    oldest = number(text, "counterfoil_payment_unknown_oldest_seconds")
    assert oldest is not None
    assert 90 <= oldest < 200
    assert number(text, "counterfoil_findings_open", exception="missing_slip", severity="high") == 1
    assert number(text, "counterfoil_findings_open", exception="void_mismatch", severity="high") == 1
    assert number(text, "counterfoil_watch_last_look_seconds") is None, "what never was has no age"


def test_nobody_is_named_unless_the_settings_ask_for_it(counter: Counter) -> None:
    counter.sell(counter.sale(counter.tender("cash")))
    text = told(counter)
    assert f'"{counter.merchant_id}"' not in text
    assert "merchant" not in {name for _, labels in numbers(text) for name, _ in labels}
    named = told(counter, by_merchant=True)
    assert number(named, "counterfoil_payments_unknown", merchant=counter.merchant_id) == 0
    for word in ("ann", "sue", "cft_"):
        assert f'"{word}' not in named


def test_the_books_are_asked_once_for_a_while(counter: Counter) -> None:
    books = Books(database=counter.database, clock=counter.clock)
    first = books.told()
    assert books.told() is first
    books._kept_until -= 2 * KEPT_SECONDS * 10
    assert books.told() is not first


def test_only_a_token_with_the_scope_for_it_is_told(counter: Counter) -> None:
    house = counter.another_house()
    with application_over(house, measured=measured(counter)) as app, TestClient(app) as client:
        assert client.get("/metrics").status_code == 401
        for scopes, status in (((Scope.READ, Scope.SELL), 403), ((Scope.METRICS,), 200)):
            bearer = {"Authorization": f"Bearer {token(counter, *scopes)}"}
            assert client.get("/metrics", headers=bearer).status_code == status
    with application_over(counter.another_house()) as app, TestClient(app) as client:
        bearer = {"Authorization": f"Bearer {token(counter, Scope.METRICS)}"}
        assert client.get("/metrics", headers=bearer).status_code == 404


def test_the_page_names_everything_that_is_told() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name in (*GAUGES, *COUNTED):
        assert f"| `{name}` |" in page, name
    assert sum(line.startswith("| `counterfoil_") for line in page.splitlines()) == len(GAUGES) + len(COUNTED)


def test_counts_begin_at_nothing_with_each_start(tmp_path: Path) -> None:
    folder = emptied_folder(tmp_path)
    (folder / "counter_1.db").write_bytes(b"x")
    assert list(emptied_folder(tmp_path).iterdir()) == []
    assert folder.stat().st_mode & 0o077 == 0
