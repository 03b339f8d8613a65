"""Bills come into the books: once, corrected and never edited, and they end what nobody could decide."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from counterfoil.books.format import ACQUIRER_RECORDS
from counterfoil.books.payments.ports import BillFile
from counterfoil.books.payments.tables import ACQUIRER_RECORDS as RECORDS
from counterfoil.counter.bills.fetching import AGAIN_AFTER, TRIES_MAX, BillFetching
from counterfoil.counter.bills.taking import BillTaken
from counterfoil.errors import BadFile, BadOption
from counterfoil.exchange import store as exchange
from counterfoil.ids import MerchantId
from tests.audit.readers.wechat import PAYMENT, REFUNDED, trade_bill
from tests.counter.acquirer import Fate
from tests.counter.till import Counter

ROW = PAYMENT | {"应结订单金额": "5.00", "总金额": "5.00", "订单金额": "5.00"}


def take(counter: Counter, folder: Path, *rows: dict[str, str], name: str = "bill.csv") -> BillTaken:
    path = folder / name
    path.write_text(trade_bill(rows), encoding="utf-8", newline="")
    return counter.house.bills.take(counter.merchant_id, path)


def records(counter: Counter) -> list[tuple[object, ...]]:
    return [
        (row["record_id"].rpartition("#")[2][:2] if "#" in row["record_id"] else "", row["state"], row["amount_minor"])
        for row in counter.rows("SELECT * FROM acquirer_records ORDER BY record_id")
    ]


def unknown_payment(counter: Counter) -> str:
    """Sell a bread by a code payment whose answer is lost for good."""
    counter.wechat.plan("charge", Fate.LOST_ANSWER)
    sale = counter.sale(counter.tender("wechat"))
    counter.sell(sale)
    return sale.tenders[0].payment_id


def test_rows_become_records_with_the_file_that_they_came_with(counter: Counter, tmp_path: Path) -> None:
    taken = take(counter, tmp_path, ROW, REFUNDED | {"商户订单号": "P1"})
    assert (taken.reader, taken.rows_n, taken.new_n, taken.aside_n) == ("wechat-trade-bill", 2, 2, 0)
    assert (taken.first_day, taken.last_day) == (date(2026, 3, 1), date(2026, 3, 2))
    assert all(total["agrees"] for total in taken.totals)
    rows = counter.rows("SELECT * FROM acquirer_records ORDER BY kind")
    assert [(row["kind"], row["amount_minor"], row["entered_by"]) for row in rows] == [
        ("refund", 550, "import"),
        ("sale", 500, "import"),
    ]
    assert {row["came_with"] for row in rows} == {taken.digest}


def test_the_same_file_twice_changes_nothing(counter: Counter, tmp_path: Path) -> None:
    first = take(counter, tmp_path, ROW)
    again = take(counter, tmp_path, ROW, name="another name.csv")
    assert (first.was_known, again.was_known) == (False, True)
    assert (again.digest, again.file) == (first.digest, "bill.csv")
    assert (len(records(counter)), counter.counts()["bills"]) == (1, 1)


def test_two_who_hand_in_one_file_at_once_take_it_once(counter: Counter, tmp_path: Path) -> None:
    path = tmp_path / "bill.csv"
    path.write_text(trade_bill([ROW]), encoding="utf-8", newline="")
    taken: list[BillTaken] = []
    people = [
        threading.Thread(target=lambda: taken.append(counter.house.bills.take(counter.merchant_id, path)))
        for _ in range(3)
    ]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert (len(taken), len(records(counter)), counter.counts()["bills"]) == (3, 1, 1)


def test_a_later_version_adds_rows_and_knows_the_others(counter: Counter, tmp_path: Path) -> None:
    take(counter, tmp_path, ROW)
    other = ROW | {"微信订单号": "4200000001202603010000000002", "商户订单号": "P2"}
    later = take(counter, tmp_path, ROW, other)
    assert (later.new_n, later.same_n, later.corrected_n) == (1, 1, 0)


def test_what_a_later_version_says_otherwise_is_a_row_that_corrects_the_first(counter: Counter, tmp_path: Path) -> None:
    first = REFUNDED | {"退款状态": "PROCESSING"}
    take(counter, tmp_path, first)
    later = take(counter, tmp_path, REFUNDED)
    last = take(counter, tmp_path, REFUNDED | {"退款状态": "CHANGE"})
    assert (later.new_n, later.corrected_n, last.corrected_n) == (0, 1, 1)
    rows = counter.rows("SELECT * FROM acquirer_records ORDER BY record_id")
    assert [row["state"] for row in rows] == ["pending", "succeeded", "failed"]
    assert [row["supersedes"] for row in rows] == [None, rows[0]["record_id"], rows[1]["record_id"]]
    # Whoever gets the books gets what holds.
    with counter.database.snapshot(counter.merchant_id) as connection:
        exchange.enter(connection)
        exchange.unload(connection, ACQUIRER_RECORDS, tmp_path / "records.raw")
    assert [line.split(",")[5] for line in (tmp_path / "records.raw").read_text().splitlines()] == ["failed"]
    # An old version that is found again is known as a file, and changes nothing.
    assert take(counter, tmp_path, first).was_known


def test_rows_that_break_the_format_are_set_aside_with_line_and_reason(counter: Counter, tmp_path: Path) -> None:
    taken = take(counter, tmp_path, ROW, ROW | {"微信订单号": "42-2", "交易状态": "WHATEVER"})
    assert (taken.new_n, taken.aside_n) == (1, 1)
    (row,) = taken.aside
    assert (row["line"], bool(row["reason_en"]), bool(row["reason_zh"])) == (3, True, True)


def test_what_is_no_bill_is_refused_and_nothing_is_written(counter: Counter, tmp_path: Path) -> None:
    path = tmp_path / "notes.csv"
    path.write_text("some,thing\n1,2\n", encoding="utf-8")
    with pytest.raises(BadFile):
        counter.house.bills.take(counter.merchant_id, path)
    assert counter.counts()["bills"] == 0


def test_a_merchant_that_is_not_there_takes_no_bill(counter: Counter, tmp_path: Path) -> None:
    path = tmp_path / "bill.csv"
    path.write_text(trade_bill([ROW]), encoding="utf-8", newline="")
    with pytest.raises(BadOption):
        counter.house.bills.take(MerchantId("nobody"), path)


def test_the_bill_ends_a_payment_that_nobody_could_decide(counter: Counter, tmp_path: Path) -> None:
    payment_id = unknown_payment(counter)
    assert counter.state(payment_id) == "unknown"
    taken = take(counter, tmp_path, ROW | {"商户订单号": payment_id})
    assert (taken.decided_n, counter.state(payment_id)) == (1, "approved")
    # Handed in again after a broken run, it would finish what is left; here nothing is.
    assert take(counter, tmp_path, ROW | {"商户订单号": payment_id}).decided_n == 0


def test_a_bill_over_another_amount_decides_nothing(counter: Counter, tmp_path: Path) -> None:
    payment_id = unknown_payment(counter)
    other = PAYMENT | {"商户订单号": payment_id}
    assert (take(counter, tmp_path, other).decided_n, counter.state(payment_id)) == (0, "unknown")


def test_a_bill_that_denies_a_decline_makes_it_unknown_again(counter: Counter, tmp_path: Path) -> None:
    counter.wechat.plan("charge", Fate.FALSELY_DECLINED)
    sale = counter.sale(counter.tender("wechat"))
    counter.sell(sale)
    payment_id = sale.tenders[0].payment_id
    assert counter.state(payment_id) == "declined"
    taken = take(counter, tmp_path, ROW | {"商户订单号": payment_id})
    assert (taken.decided_n, counter.state(payment_id)) == (1, "unknown")


class _Channel:
    """A channel whose bill is there when the test says so."""

    def __init__(self, content: bytes | None = None) -> None:
        self.content, self.asked = content, 0

    def bill(self, day: date) -> BillFile | None:
        self.asked += 1
        return None if self.content is None else BillFile(name=f"bill-{day}.csv", content=self.content)


def fetching(counter: Counter, channel: _Channel) -> BillFetching:
    return BillFetching(
        database=counter.database,
        # What the settings of such a shop would say.
        taking=replace(counter.house.bills, acquirers=lambda _: ["wechat", "wechat-north"]),
        channels=[(counter.merchant_id, "wechat", channel)],
        clock=counter.clock,
    )


def test_a_bill_that_is_not_there_yet_is_asked_for_later_and_not_for_ever(counter: Counter) -> None:
    channel = _Channel()
    due = fetching(counter, channel)
    due.fetch_due(counter.merchant_id)
    days_n = channel.asked
    due.fetch_due(counter.merchant_id)
    assert (days_n > 0, channel.asked) == (True, days_n)
    counter.clock.now += AGAIN_AFTER
    due.fetch_due(counter.merchant_id)
    assert channel.asked == 2 * days_n
    with counter.database.transaction(counter.merchant_id) as connection:
        connection.exec_driver_sql(f"UPDATE bill_downloads SET tries = {TRIES_MAX}")
    counter.clock.now += timedelta(hours=1)
    due.fetch_due(counter.merchant_id)
    assert channel.asked == 2 * days_n


def test_what_lies_in_the_folder_is_taken_and_put_aside(counter: Counter, tmp_path: Path) -> None:
    home = tmp_path / counter.merchant_id
    (home / "wechat-north").mkdir(parents=True)
    whole, writing, foreign = home / "wechat-north" / "a.csv", home / "b.csv", home / "c.csv"
    whole.write_text(trade_bill([ROW]), encoding="utf-8", newline="")
    writing.write_text("half a bi", encoding="utf-8")
    foreign.write_text("a,b\n1,2\n", encoding="utf-8")
    long_ago = counter.clock.now.timestamp() - 3600
    for path in (whole, foreign):
        os.utime(path, (long_ago, long_ago))
    os.utime(writing, (counter.clock.now.timestamp(),) * 2)
    due = replace(fetching(counter, _Channel()), folder=tmp_path)
    (bill,) = due.take_folder(counter.merchant_id)
    assert (bill.acquirer, bill.new_n) == ("wechat-north", 1)
    assert (home / "wechat-north" / "taken" / "a.csv").exists()
    assert (home / "refused" / "c.csv").exists()
    assert writing.exists()
    assert due.take_folder(counter.merchant_id) == []


def test_a_bill_that_was_fetched_is_taken_once(counter: Counter) -> None:
    channel = _Channel(trade_bill([ROW]).encode())
    due = fetching(counter, channel)
    taken = due.fetch_due(counter.merchant_id)
    # Every day of this channel has the same file: it is taken once, and known for the other days.
    assert [bill.was_known for bill in taken] == [False] + [True] * (len(taken) - 1)
    counter.clock.now += AGAIN_AFTER
    assert due.fetch_due(counter.merchant_id) == []


def test_a_bill_that_lists_a_sale_with_its_reversal_denies_no_cancellation(counter: Counter) -> None:
    """The storm of seed 21: each sale that was reversed became unknown again with the day's bill."""
    counter.host.plan("charge", Fate.LOST_ANSWER)
    sale = counter.sale(counter.tender("card"))
    counter.sell(sale)
    counter.resolve(hours=0.2)
    paid = sale.tenders[0].payment_id
    assert counter.state(paid) == "cancelled"
    listed = [
        {"record_id": "R1", "kind": "sale", "our_reference": paid, "acquirer_reference": "A1"},
        {"record_id": "R2", "kind": "reversal", "our_reference": f"{paid}.r1", "original_reference": "A1"},
    ]
    for row in listed:
        common = {"original_reference": None, "acquirer_reference": "A2"}
        with counter.database.transaction(counter.merchant_id) as connection:
            connection.execute(
                sa.insert(RECORDS).values(
                    merchant_id=counter.merchant_id,
                    acquirer="bank",
                    source="settlement",
                    state="succeeded",
                    amount_minor=500,
                    currency="CNY",
                    occurred_at=counter.clock.now,
                    came_with="digest",
                    **(common | row),
                )
            )
    assert counter.house.bills._decide(counter.merchant_id, came_with="digest") == 0
    assert counter.state(paid) == "cancelled"
    assert counter.value("SELECT count(*) FROM payments WHERE kind = 'reversal'") == 1
