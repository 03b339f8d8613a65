"""The simulated host as a process: it survives a kill, tells one story a seed, and its bill is read by the audit."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import threading
from contextlib import ExitStack, closing
from pathlib import Path

import duckdb
import pytest

from counterfoil import clock
from counterfoil.audit.readers.iso8583_settlement import READER
from counterfoil.storm.acquirer.started import Refused, Started, started
from counterfoil.storm.acquirer.wire import Message
from tests.audit.readers.files import reading_of, rows_of, totals_of
from tests.storm.terminals import MERCHANT, Terminal, a_sale, terminal


def movements(host: Started) -> dict[str, dict]:
    return {row["payment_id"]: row for row in host.order("movements")["movements"]}


def test_what_was_answered_before_a_kill_is_in_the_book_behind_it(tmp_path: Path) -> None:
    """Sales are sent without pause until the process is killed under them; then it is asked again."""
    sales = [a_sale(f"P{number}", stan=number) for number in range(6_000)]
    with started(tmp_path) as host, terminal(host.port) as till:
        sender = threading.Thread(target=_sent, args=(till, sales))
        sender.start()
        while len(till.answers) < 500:
            assert till.read(10)
        host.kill()
        while till.read(0.5):
            pass
        sender.join()
        answered = dict(till.answers)

    assert len(answered) >= 500
    with started(tmp_path) as again, terminal(again.port) as till:
        for payment_id in [*answered][-50:]:
            assert again.truth(MERCHANT, payment_id).taken_n == 1
        with closing(sqlite3.connect(tmp_path / "acquirer.sqlite")) as book:
            booked = dict(book.execute("SELECT payment_id, rrn FROM movements"))
        assert {payment_id: answer.get(37) for payment_id, answer in answered.items()}.items() <= booked.items()

        # Whoever asks again gets the first ruling, and a new sale a number of its own.
        till.send([*sales[: len(answered)], a_sale("NEW", stan=999_999)])
        till.read_all(len(answered) + 1)
        assert {payment_id: till.answers[payment_id].get(37) for payment_id in answered} == {
            payment_id: answer.get(37) for payment_id, answer in answered.items()
        }
        assert till.answers["NEW"].get(37) not in booked.values()


def _sent(till: Terminal, sales: list[Message]) -> None:
    for start in range(0, len(sales), 50):
        try:
            till.send(sales[start : start + 50])
        except OSError:
            return


def test_the_same_seed_tells_the_same_story_however_messages_come(tmp_path: Path) -> None:
    """In order on one connection, or shuffled over four at once: each sale has the same ruling and the same answer."""
    faults = "storm,late_ms=60000,slow_ms=0,dropped=0,reordered=0"
    sales = [a_sale(f"P{number}", stan=number) for number in range(800)]
    with started(tmp_path / "first", seed=5, faults=faults) as host, terminal(host.port) as till:
        till.send(sales)
        first = _story(host, [till], len(sales))
    shuffled = sorted(sales, key=lambda sale: sale.get(48)[::-1])
    with started(tmp_path / "second", seed=5, faults=faults) as host, ExitStack() as stack:
        tills = [stack.enter_context(terminal(host.port)) for _ in range(4)]
        threads = [threading.Thread(target=till.send, args=(shuffled[number::4],)) for number, till in enumerate(tills)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        second = _story(host, tills, len(sales))
    assert first == second
    # It is a story in which something happens: refusals, and sales that were never answered.
    assert len({code for code, _ in first[0].values()}) > 5
    assert len(first[1]) < len(first[0]) < len(sales)


def _story(host: Started, tills: list[Terminal], n: int) -> tuple[dict[str, tuple], dict[str, tuple]]:
    """Return the rulings and the answers, by payment; references differ with the order of arrival."""
    while sum(host.order("counts")["arrived"].values()) < n:
        for till in tills:
            till.read(0.05)
    for till in tills:
        while till.read(0.3):
            pass
    rulings = {key: (row["code"], row["standing"]) for key, row in movements(host).items()}
    answers = {
        key: (answer.get(39), answer.get(4), answer.get(41)) for till in tills for key, answer in till.answers.items()
    }
    return rulings, answers


def test_its_bill_is_read_by_the_audit_and_its_totals_agree(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    now = clock.now()
    sent = now.strftime("%m%d%H%M%S")
    sale = a_sale("P1", stan=1, amount=1230, sent=sent)
    other = a_sale("P2", stan=2, amount=500, sent=sent)

    def back(mti: str, code: str, payment_id: str, original: Message, stan: int, amount: int) -> Message:
        elements = {
            **original.elements,
            3: code,
            4: f"{amount:012d}",
            11: f"{stan:06d}",
            48: f"{payment_id}/{original.get(48)}",
            90: f"0200{original.get(11)}{sent}".ljust(42, "0"),
        }
        return Message(mti=mti, elements=elements)

    with started(tmp_path) as host, terminal(host.port) as till:
        till.send([sale, other])
        till.read_all(2)
        till.send([back("0200", "200000", "F1", sale, 3, 230), back("0400", "000000", "R1", other, 4, 500)])
        till.send([back("0400", "000000", "R2", a_sale("NEVER", stan=9, sent=sent), 5, 1000)])
        till.read_all(5)
        day = movements(host)["P1"]["day"]
        (file,) = host.order("bill", day=day)["files"]

    reading = reading_of(connection, READER, Path(file))
    rows = rows_of(reading)
    assert [(row["kind"], row["state"], row["amount_minor"], row["stan"]) for row in rows] == [
        ("sale", "succeeded", 1230, "000001"),
        ("sale", "succeeded", 500, "000002"),
        ("refund", "succeeded", 230, "000003"),
        ("reversal", "succeeded", 500, "000004"),
    ]
    sale_rrn, other_rrn = rows[0]["rrn"], rows[1]["rrn"]
    assert [row["original_reference"] for row in rows] == [None, None, sale_rrn, other_rrn]
    assert {row["currency"] for row in rows} == {"CNY"}
    assert [row["our_reference"] for row in rows] == ["P1", "P2", "F1", "R1"]
    assert totals_of(reading)["debits_reversed_minor"] == ("500", "500")
    assert {stated == found for stated, found in totals_of(reading).values()} == {True}


@pytest.mark.parametrize(
    ("fault", "files"), [("bill_missing", [0, 0]), ("bill_late", [0, 1]), ("bill_twice", [2, 2]), ("slow", [1, 1])]
)
def test_a_bill_may_be_missing_late_or_there_twice(tmp_path: Path, fault: str, files: list[int]) -> None:
    with started(tmp_path, faults=f"{fault}=10000") as host:
        told = [host.order("bill", day="2026-03-01")["files"] for _ in range(2)]
    assert [len(one) for one in told] == files
    assert len({Path(file).read_text() for one in told for file in one}) <= 1


def test_orders_that_it_does_not_know_are_refused_and_harm_nothing(tmp_path: Path) -> None:
    with started(tmp_path) as host:
        for order in ({"do": "dance"}, {"do": "plan", "path": "thunder"}, {"do": "plan", "n": 0}, {"do": "truth"}):
            with pytest.raises(Refused):
                host.order(**order)
        host.plan("lost_answer", n=2)
        assert host.order("plan", path="slow")["plans"] == 3


def test_garbage_from_a_terminal_is_counted_and_harms_nobody(tmp_path: Path) -> None:
    with started(tmp_path) as host, terminal(host.port) as till, terminal(host.port) as wild:
        wild._connected.sendall(b"\0\5hello" + b"\xff\xff\xff")
        assert not wild.read(10)
        till.send([a_sale("P1", stan=1)])
        till.read_all(1)
        assert till.answers["P1"].get(39) == "00"
        assert host.order("counts")["nonsense"] == 1


def test_a_clock_that_is_wrong_shows_in_its_times_and_nowhere_else(tmp_path: Path) -> None:
    with started(tmp_path, faults="skew_s=2000000") as host, terminal(host.port) as till:
        till.send([a_sale("P1", stan=1)])
        till.read_all(1)
        answer = till.answers["P1"]
        assert answer.get(7) == "0301120000"
        assert movements(host)["P1"]["day"] != clock.now().date().isoformat()


@pytest.mark.parametrize("words", [["--faults", "thunder"], ["--seed", "x"], []])
def test_options_that_it_does_not_know_end_it_at_once(tmp_path: Path, words: list[str]) -> None:
    data = ["--data", str(tmp_path)] if words else []
    ended = subprocess.run(
        [sys.executable, "-m", "counterfoil.storm.acquirer", *data, *words], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 2
    assert ended.stderr
    assert not ended.stdout


def test_its_first_line_tells_its_ports(tmp_path: Path) -> None:
    with started(tmp_path) as host:
        assert host.port != host.control_port
        assert json.dumps(host.order("counts"))
