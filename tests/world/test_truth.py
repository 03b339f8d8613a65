"""The truth of a town: every scored diagnosis, evenly, one an order, about things that the books have."""

from __future__ import annotations

from collections import Counter

import pytest

from counterfoil.world.faults.catalogue import FAULTS
from counterfoil.world.parameters import WorldParameters
from counterfoil.world.writing.schema import TALES, TRUTH
from tests.oracle.finding import EXCEPTIONS
from tests.world.towns import FAULTY, laid_out, town

#: What the law never scores.
INFO = {"void_then_cash", "operator_outlier", "terminal_outlier", "serial_returner"}


def test_the_town_knows_a_way_for_each_scored_diagnosis_of_the_law() -> None:
    law = {(exception, each) for exception, diagnoses in EXCEPTIONS.items() for each in diagnoses if each not in INFO}
    assert {(fault.exception, fault.diagnosis) for fault in FAULTS} == law
    assert Counter(exception for exception, _ in law) == {
        "unconfirmed_delivery": 12,
        "duplicate_order": 5,
        "void_mismatch": 6,
        "missing_slip": 9,
        "orphan_return": 9,
    }


def test_every_way_tells_what_happened_in_the_shop() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
    assert [fault.name for fault in FAULTS if not (fault.tell.__doc__ or "").endswith((".", ")."))] == []


@pytest.mark.parametrize("faults", [0.02, 0.1, 0.3])
def test_faults_are_spread_evenly_over_the_diagnoses(faults: float) -> None:
    parameters = WorldParameters(seed=21, orders=3_000, faults=faults)
    truth = town(parameters)[TRUTH].to_pylist()
    counts = Counter((row["exception"], row["diagnosis"]) for row in truth)
    assert len(truth) == round(faults * 3_000)
    assert len(counts) == 41
    assert max(counts.values()) - min(counts.values()) <= 1


def test_faults_are_spread_evenly_over_the_ways_of_a_diagnosis() -> None:
    tales = town(WorldParameters(seed=22, orders=6_000, faults=0.3))[TALES].to_pylist()
    per_way = Counter(row["tale"] for row in tales if "/" in row["tale"])
    assert len(per_way) == len(FAULTS)


def test_an_order_has_one_fault_at_most() -> None:
    asked = laid_out(FAULTY).execute("SELECT merchant_id, order_id FROM tales GROUP BY ALL HAVING count(*) > 1")
    assert asked.fetchall() == []


def test_faults_count_as_the_share_of_orders_that_was_asked_for() -> None:
    assert town(FAULTY)[TRUTH].num_rows == round(FAULTY.faults * FAULTY.orders)


#: Where a subject is found, by the word before its colon.
HOMES = {
    "order": ("orders", "order_id"),
    "payment": ("payments", "payment_id"),
    "acquirer_record": ("acquirer_records", "record_id"),
    "return": ("returns", "return_id"),
    "slip": ("slips", "slip_id"),
    "notice": ("notices", "notice_id"),
}


@pytest.mark.parametrize("word", HOMES)
def test_every_subject_is_in_the_books(word: str) -> None:
    table, key = HOMES[word]
    subjects = "SELECT merchant_id, subject FROM truth UNION ALL SELECT merchant_id, other_subject FROM truth"
    question = f"""
        SELECT count(*), count(t.{key}) FROM ({subjects}) AS s
        LEFT JOIN {table} AS t ON t.merchant_id = s.merchant_id AND '{word}:' || t.{key} = s.subject
        WHERE s.subject LIKE '{word}:%'
    """
    named, there = laid_out(FAULTY).execute(question).fetchall()[0]
    assert named == there
    assert named > 0


def test_only_doubles_have_another_subject() -> None:
    asked = laid_out(FAULTY).execute("SELECT DISTINCT exception, other_subject IS NULL FROM truth")
    assert {exception for exception, alone in asked.fetchall() if not alone} == {"duplicate_order"}


def test_ids_do_not_betray_a_fault() -> None:
    """Orders are numbered as they came, doubles among the others; only a lost order leaves its number out."""
    numbered = laid_out(FAULTY).execute(
        "SELECT count(*) FROM (SELECT order_id, lag(order_id) OVER (PARTITION BY merchant_id, business_date "
        "ORDER BY placed_at, order_id) AS before FROM orders) WHERE before > order_id"
    )
    assert numbered.fetchall() == [(0,)]
