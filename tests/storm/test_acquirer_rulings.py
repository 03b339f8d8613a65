"""The simulated host's law over its book, without a network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from counterfoil.storm.acquirer.fates import Faults
from counterfoil.storm.acquirer.movements import Truth
from counterfoil.storm.acquirer.rulings import Host, Ruling
from counterfoil.storm.acquirer.store import Book
from counterfoil.storm.acquirer.wire import Message

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class Desk:
    """Sends messages to a host as a terminal would, and looks into its book."""

    def __init__(self, book: Book, faults: str = "none") -> None:
        self.book, self.host, self.stan, self.now = book, Host(book, Faults.parse(faults, 1)), 0, NOW
        self.stans: dict[str, str] = {}

    def send(self, *words: str | int, **more: str) -> Ruling:
        message = self.message(*words, **more)
        with self.book.committed():
            return self.host.rule(message, now=self.now)

    def message(
        self, mti: str, code: str, payment_id: str, amount: int = 1000, original: str = "", **more: str
    ) -> Message:
        if payment_id not in self.stans:
            self.stan += 1
            self.stans[payment_id] = f"{self.stan:06d}"
        elements = {
            3: code,
            4: f"{amount:012d}",
            7: "0301120000",
            11: self.stans[payment_id],
            41: "T1",
            42: "M1",
            48: f"{payment_id}/{original}" if original else payment_id,
            49: "156",
        }
        if original:
            elements[90] = f"0200{self.stans.get(original, '999999')}0301120000".ljust(42, "0")
        return Message(mti=mti, elements=elements | {int(name[1:]): value for name, value in more.items()})

    def sell(self, payment_id: str, amount: int = 1000, **more: str) -> str:
        return self.send("0200", "000000", payment_id, amount, **more).code

    def void(self, payment_id: str, original: str, amount: int = 1000, **more: str) -> str:
        return self.send("0200", "020000", payment_id, amount, original, **more).code

    def refund(self, payment_id: str, original: str, amount: int = 1000, **more: str) -> str:
        return self.send("0200", "200000", payment_id, amount, original, **more).code

    def reverse(self, payment_id: str, original: str, amount: int = 1000, code: str = "000000", **more: str) -> str:
        return self.send("0400", code, payment_id, amount, original, **more).code

    def settle(self, sales: tuple[int, int], refunds: tuple[int, int] = (0, 0), code: str = "920000") -> Ruling:
        stated = {74: refunds[0], 75: 0, 76: sales[0], 77: 0, 86: refunds[1], 87: 0, 88: sales[1], 89: 0}
        elements = {3: code, 7: "0301120000", 11: "000001", 41: "T1", 42: "M1"}
        elements |= {number: f"{value:016d}" if number > 80 else f"{value:010d}" for number, value in stated.items()}
        with self.book.committed():
            return self.host.rule(Message(mti="0500", elements=elements), now=self.now)

    def truth(self, payment_id: str) -> tuple[int, int, int]:
        found: Truth = self.book.truth("M1", payment_id)
        return found.taken_n, found.taken_minor, found.given_back_minor


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with closing(Book(tmp_path / "book.sqlite")) as book:
        yield Desk(book)


def test_a_repeat_gets_the_first_ruling_again(desk: Desk) -> None:
    first, second = (desk.send("0200", "000000", "P1") for _ in range(2))
    assert first == second
    assert desk.truth("P1") == (1, 1000, 0)


@pytest.mark.parametrize("change", [{"amount": 1001}, {"e49": "840"}, {"e41": "T2"}])
def test_the_same_id_with_other_contents_is_a_duplicate(desk: Desk, change: dict) -> None:
    desk.sell("P1")
    assert desk.sell("P1", **change) == "94"
    assert desk.truth("P1") == (1, 1000, 0)


def test_a_sale_behind_its_reversal_is_refused(desk: Desk) -> None:
    assert desk.reverse("R1", "P1") == "00"
    assert desk.sell("P1") == "NU"
    assert desk.truth("P1") == (0, 0, 0)


def test_a_refund_behind_its_reversal_is_refused(desk: Desk) -> None:
    desk.sell("P1")
    assert desk.reverse("R1", "F1", code="200000") == "00"
    assert desk.refund("F1", "P1") == "NU"
    assert desk.truth("P1") == (1, 1000, 0)


def test_a_fault_lets_a_sale_behind_its_reversal_through(tmp_path: Path) -> None:
    with closing(Book(tmp_path / "book.sqlite")) as book:
        desk = Desk(book, "late_approval=10000")
        desk.reverse("R1", "P1")
        assert desk.sell("P1") == "00"
        assert desk.truth("P1") == (1, 1000, 0)


def test_a_reversal_whose_original_is_named_wrongly_finds_nothing(desk: Desk) -> None:
    """DE 90 is what real hosts go by: an id of ours that happens to be right must not hide that it is wrong."""
    desk.sell("P1")
    assert desk.reverse("R1", "P1", e90="0200" + "000099" + "0301120000" + "0" * 22) == "25"
    assert desk.reverse("R2", "P1", e90="0200" + "000001" + "0301120001" + "0" * 22) == "25"
    assert desk.reverse("R3", "P1", e41="T2") == "25"
    assert desk.truth("P1") == (1, 1000, 0)


def test_reversals_of_one_sale_under_two_ids_give_back_once(desk: Desk) -> None:
    desk.sell("P1")
    assert [desk.reverse("R1", "P1"), desk.reverse("R1", "P1"), desk.reverse("R2", "P1")] == ["00"] * 3
    assert desk.truth("P1") == (1, 1000, 1000)


def test_a_reversed_void_leaves_the_sale_standing(desk: Desk) -> None:
    desk.sell("P1")
    desk.void("V1", "P1")
    assert desk.truth("P1") == (1, 1000, 1000)
    assert desk.reverse("R1", "V1", code="020000") == "00"
    assert desk.truth("P1") == (1, 1000, 0)
    assert desk.refund("F1", "P1") == "00"


def test_a_reversed_refund_may_be_given_again(desk: Desk) -> None:
    desk.sell("P1")
    desk.refund("F1", "P1")
    assert desk.refund("F2", "P1", 1) == "64"
    assert desk.reverse("R1", "F1", code="200000") == "00"
    assert desk.truth("F1") == (0, 0, 0)
    assert desk.refund("F3", "P1") == "00"
    assert desk.truth("P1") == (1, 1000, 1000)


def test_refunds_never_exceed_what_was_taken(desk: Desk) -> None:
    desk.sell("P1")
    codes = [desk.refund(f"F{number}", "P1", 400) for number in range(4)]
    assert codes == ["00", "00", "64", "64"]
    assert desk.truth("P1") == (1, 1000, 800)


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        ((), "25"),
        (("void V1 P1",), "NU"),
        (("refund F1 P1",), "NU"),
        (("reverse R1 P1",), "NU"),
    ],
)
def test_a_void_needs_a_sale_that_stands_untouched(desk: Desk, steps: tuple[str, ...], code: str) -> None:
    if code != "25":
        desk.sell("P1")
    for step in steps:
        verb, payment_id, original = step.split()
        assert getattr(desk, verb)(payment_id, original) == "00"
    assert desk.void("V2", "P1") == code


def test_a_void_is_in_full_and_of_the_same_day(desk: Desk) -> None:
    desk.sell("P1")
    assert desk.void("V1", "P1", 999) == "13"
    desk.now += timedelta(days=1)
    assert desk.void("V2", "P1") == "NS"


@pytest.mark.parametrize("kind", ["void", "refund"])
def test_only_a_sale_can_be_voided_or_refunded(desk: Desk, kind: str) -> None:
    desk.sell("P1")
    desk.refund("F1", "P1", 1)
    assert getattr(desk, kind)("X1", "F1", 1) == "25"


@pytest.mark.parametrize("missing", [3, 4, 7, 11, 41, 42, 48, 49])
def test_a_message_that_lacks_something_is_a_format_error(desk: Desk, missing: int) -> None:
    assert desk.sell("P1", **{f"e{missing}": ""}) == "30"
    assert desk.truth("P1") == (0, 0, 0)


def test_an_amount_of_nothing_or_of_letters_is_refused(desk: Desk) -> None:
    assert desk.sell("P1", 0) == "13"
    assert desk.sell("P2", e4="00000000x000") == "30"
    assert desk.sell("P3", e4="٠٠٠٠٠٠٠٠١٠٠٠") == "00"


def test_totals_that_agree_close_the_batch_and_are_equal_when_asked_again(desk: Desk) -> None:
    for payment_id in ("P1", "P2", "P3"):
        desk.sell(payment_id)
    desk.void("V1", "P2")
    desk.reverse("R1", "P3")
    desk.refund("F1", "P1", 400)

    assert desk.settle((1, 1000), (1, 400)) == Ruling(code="00", settlement_code="1")
    assert desk.settle((1, 1000), (1, 400)) == Ruling(code="00", settlement_code="1")
    assert desk.void("V2", "P1") == "NU"
    assert desk.settle((1, 1000), (0, 0)) == Ruling(code="95", settlement_code="2")


def test_totals_that_differ_are_taken_after_an_upload(desk: Desk) -> None:
    desk.sell("P1")
    assert desk.settle((2, 2000)).code == "95"
    assert desk.settle((2, 2000), code="960000") == Ruling(code="00", settlement_code="1")
    assert desk.void("V1", "P1") == "NS"


def test_a_fault_calls_equal_totals_unequal(tmp_path: Path) -> None:
    with closing(Book(tmp_path / "book.sqlite")) as book:
        desk = Desk(book, "unequal_totals=10000")
        desk.sell("P1")
        assert desk.settle((1, 1000)).code == "95"


def test_a_ruling_that_is_not_committed_never_was(desk: Desk) -> None:
    class PowerCut(Exception):
        pass

    def cut_short() -> None:
        with desk.book.committed():
            desk.host.rule(desk.message("0200", "000000", "P1"), now=NOW)
            raise PowerCut

    with pytest.raises(PowerCut):
        cut_short()
    assert desk.truth("P1") == (0, 0, 0)
    assert desk.sell("P1") == "00"
