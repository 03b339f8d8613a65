"""The auditor notices: each test breaks one thing in an orderly day, in the books or in the truth."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from counterfoil.db.address import Addresses
from counterfoil.storm.auditor.counts import EXCUSES
from counterfoil.storm.auditor.evidence import Wanted, WantedBack
from tests.storm.scene import Scene, orderly


@pytest.fixture
def scene(addresses: Addresses, tmp_path: Path) -> Iterator[Scene]:
    """An orderly day."""
    assert addresses.keeper is not None
    with psycopg.connect(addresses.keeper, autocommit=True) as connection:
        yield orderly(connection, addresses.keeper, tmp_path)


def _ours(statement: str) -> Callable[[Scene], None]:
    return lambda scene: scene.ours(statement)


def _theirs(statement: str) -> Callable[[Scene], None]:
    return lambda scene: scene.theirs(statement)


def _charged_and_cancelled(scene: Scene) -> None:
    scene.order(9, 900, state="open", paid="cancelled")
    scene.theirs("UPDATE movements SET standing = 'stands' WHERE payment_id = 'p9'")
    scene.posted("p9", "p9", "p9", 900)


def _rung_up_twice(scene: Scene) -> None:
    scene.order(9, 2000)
    scene.purchase_of["o9"] = 2
    scene.taken["o9"] = 2


def _nobody_knows(scene: Scene) -> None:
    scene.order(9, 900, state="open", paid="unknown")


def _unasked_refund(scene: Scene) -> None:
    scene.given_back(2, 100)
    del scene.wanted_back["u2"]


def _refund_for_more_than_was_asked(scene: Scene) -> None:
    scene.wanted_back["u3"] = WantedBack(number=3, payment_id="p3", amount_minor=499)


def _refund_posted_twice(scene: Scene) -> None:
    scene.posted("p3", "u3", "u3", -500)


def _more_back_than_was_taken(scene: Scene) -> None:
    scene.moved("u9", 2900, kind="refund", original="p3")
    scene.wanted_back["u9"] = WantedBack(number=3, payment_id="p3", amount_minor=2900)


def _another_amount(scene: Scene) -> None:
    scene.wanted[2] = Wanted(total_minor=1999, lines=scene.wanted[2].lines, terminal_ids=scene.wanted[2].terminal_ids)


def _other_lines(scene: Scene) -> None:
    scene.wanted[2] = Wanted(total_minor=2000, lines=("item0*3=2000",), terminal_ids=scene.wanted[2].terminal_ids)


_CASES: tuple[tuple[str, str, Callable[[Scene], None]], ...] = (
    ("charged_without_order", "p9", _charged_and_cancelled),
    ("charged_without_order", "x1", lambda scene: scene.moved("x1", 700)),
    ("charged_without_order", "o2", _ours("UPDATE orders SET state = 'open' WHERE merchant_id = $1 AND order_id = 'o2'")),
    ("charged_without_order", "o2", _ours("DELETE FROM orders WHERE merchant_id = $1 AND order_id = 'o2'")),
    ("charged_without_order", "p3", _theirs("DELETE FROM postings WHERE by_id = 'u3'")),
    ("order_without_charge", "p2", _theirs("DELETE FROM postings WHERE sale_id = 'p2'")),
    ("order_without_charge", "p2", lambda scene: scene.posted("p2", "p2", "r9", -2000)),
    ("order_without_charge", "p2", lambda scene: scene.posted("p2", "x", "x", -1)),
    ("order_without_charge", "o1", _ours("DELETE FROM payments WHERE merchant_id = $1 AND payment_id = 'p1'")),
    ("charged_twice", "purchase 2", _rung_up_twice),
    ("unknown_beyond_time", "p9", _nobody_knows),
    ("one_charge_twice", "p2", lambda scene: scene.posted("p2", "p2", "p2", 2000)),
    ("refunded_twice", "u2", _unasked_refund),
    ("refunded_twice", "u3", _refund_for_more_than_was_asked),
    ("refunded_twice", "u3", _refund_posted_twice),
    ("refunded_above_capture", "p3", _more_back_than_was_taken),
    ("lost_sales", "o2", _ours("DELETE FROM orders WHERE merchant_id = $1 AND order_id = 'o2'")),
    ("lost_sales", "o2", _ours("UPDATE orders SET terminal_id = 'S01' WHERE merchant_id = $1 AND order_id = 'o2'")),
    ("lost_sales", "o2", _another_amount),
    ("lost_sales", "o2", _other_lines),
    ("slip_missing", "sale slip of o1", _ours("DELETE FROM slips WHERE merchant_id = $1 AND order_id = 'o1'")),
    ("slip_missing", "sale slip of o1", lambda scene: scene.slip("sale", order_id="o1")),
    ("slip_missing", "refund slip of u3", _ours("DELETE FROM slips WHERE merchant_id = $1 AND kind = 'refund'")),
    ("slip_missing", "void slip of o4", _ours("DELETE FROM slips WHERE merchant_id = $1 AND kind = 'void'")),
    ("stock_off", "north/item0: -1", _ours("UPDATE stock SET on_hand = on_hand - 1 WHERE merchant_id = $1 AND sku = 'item0' AND store_id = 'north'")),
    ("findings_outlived", "payment_unknown payment:p2", lambda scene: scene.finding("payment_unknown", "payment:p2", by="ladder")),
    ("fact_fold_differs", "payment:p5", _ours("UPDATE payments SET state = 'cancelled' WHERE merchant_id = $1 AND payment_id = 'p5'")),
    ("fact_fold_differs", "payment:p5", lambda scene: scene.fact("payment:sale:contradicted", "payment:p5")),
    ("fact_fold_differs", "order:o5", _ours("UPDATE orders SET state = 'cancelled' WHERE merchant_id = $1 AND order_id = 'o5'")),
    ("fact_fold_differs", "payment:p3", _ours("UPDATE payments SET refunded_minor = 499 WHERE merchant_id = $1 AND payment_id = 'p3'")),
    ("fact_fold_differs", "payment:p2", _ours("UPDATE payments SET standing = 'voided' WHERE merchant_id = $1 AND payment_id = 'p2'")),
)  # fmt: skip


def test_an_orderly_day_has_nothing_to_count(scene: Scene) -> None:
    assert {name: each.ids for name, each in scene.counted().items() if each.ids} == {}


@pytest.mark.parametrize(
    ("name", "what", "breaks"), _CASES, ids=[f"{name}-{n}" for n, (name, _, _) in enumerate(_CASES)]
)
def test_every_count_notices(scene: Scene, name: str, what: str, breaks: Callable[[Scene], None]) -> None:
    breaks(scene)
    counted = scene.counted()
    assert what in counted[name].ids
    if name in EXCUSES:
        assert what in counted["findings_missing"].ids


def test_every_count_has_a_test() -> None:
    tested = {name for name, _, _ in _CASES} | {"findings_missing"}
    assert tested >= EXCUSES.keys()


@pytest.mark.parametrize(
    ("name", "breaks", "diagnosis", "subject"),
    [
        ("charged_without_order", _charged_and_cancelled, "charged_no_order", "payment:p9"),
        ("charged_twice", _rung_up_twice, "double_charge", "order:o9"),
        ("unknown_beyond_time", _nobody_knows, "payment_unknown", "payment:p9"),
    ],
)
def test_an_open_finding_of_the_right_kind_about_the_very_row_excuses(
    scene: Scene, name: str, breaks: Callable[[Scene], None], diagnosis: str, subject: str
) -> None:
    breaks(scene)
    scene.finding(diagnosis, "payment:another")
    scene.finding("paid_no_slip", subject)
    assert scene.counted()[name].ids != ()
    scene.finding(diagnosis, subject)
    counted = scene.counted()
    assert counted[name].ids == ()
    assert counted[name].known_ids != ()
    assert counted["findings_missing"].ids == ()


def test_a_finding_that_is_gone_excuses_nothing(scene: Scene) -> None:
    _nobody_knows(scene)
    scene.finding("payment_unknown", "payment:p9")
    scene.ours("UPDATE findings SET gone_at = first_seen_at WHERE merchant_id = $1")
    assert scene.counted()["unknown_beyond_time"].ids == ("p9",)


def test_a_lost_sale_is_excused_by_nothing(scene: Scene) -> None:
    scene.ours("DELETE FROM orders WHERE merchant_id = $1 AND order_id = 'o2'")
    for diagnosis in ("charged_no_order", "paid_not_charged"):
        scene.finding(diagnosis, "order:o2")
    assert scene.counted()["lost_sales"].ids == ("o2",)
