"""A look of the watch and a person at one case at the same time: neither is lost, and the look is done all the same."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from counterfoil.db.engine import Database
from counterfoil.desk import watching
from counterfoil.desk.cases import noting, taking
from counterfoil.desk.cases.closures import Reason
from counterfoil.desk.cases.states import State
from counterfoil.desk.watching import NOTHING_DUE, Watcher
from tests.desk.cases.shop import Desk, M

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)

ORDER = """
    INSERT INTO orders (merchant_id, order_id, store_id, placed_at, closed_at, state, total_minor, currency, fulfilment,
        entered_by)
    VALUES ('m1', 'O', 's1', :at, :at, 'paid', 1000, 'CNY', 'carry_out', 'import') RETURNING 1
"""
PAYMENT = """
    INSERT INTO payments (merchant_id, payment_id, order_id, store_id, kind, tender, amount_minor, currency, state,
        occurred_at, decided_at, entered_by)
    VALUES ('m1', 'P', 'O', 's1', 'sale', 'cash', 1000, 'CNY', 'approved', :at, :at, 'import') RETURNING 1
"""
SLIP = """
    INSERT INTO slips (merchant_id, slip_id, order_id, payment_id, kind, form, state, copy_no, amount_minor, currency,
        occurred_at, entered_by)
    VALUES ('m1', 'S', 'O', 'P', 'sale', 'paper', 'printed', 0, 1000, 'CNY', :at, 'import') RETURNING 1
"""
DUE = "INSERT INTO watched (merchant_id, subject, due_at) VALUES ('m1', 'payment:P', :at) RETURNING 1"


def a_sale_without_a_slip(desk: Desk) -> None:
    """Import a paid order whose slip is not there."""
    desk.rows(ORDER, at=NOW - timedelta(hours=1))
    desk.rows(PAYMENT, at=NOW - timedelta(hours=1))


def its_slip(desk: Desk) -> None:
    """Import the slip that was missing."""
    desk.rows(SLIP, at=NOW - timedelta(minutes=59))


def test_a_look_that_a_person_gets_in_the_way_of_is_done_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(database, now=NOW).open()
    a_sale_without_a_slip(desk)
    kept, tries = watching.keep, []

    def keep_after_somebody_acted(connection: sa.Connection, *given: Any, **more: Any) -> int:  # noqa: ANN401 — as the function that it stands for
        tries.append(len(tries))
        if len(tries) == 1:
            # The look has read already; what is committed now, it cannot see.
            desk._do(taking.take, name, "ann", seen=1)
        return kept(connection, *given, **more)

    with Watcher.over(database.address) as watcher:
        watcher.look_until_done(desk.merchant_id, now=NOW)
        ((name,),) = desk.rows("SELECT case_id FROM cases")
        assert desk.case(name).diagnosis == "paid_no_slip"
        its_slip(desk)
        # The horizon is of the database's own clock; what was recorded before it is looked at.
        time.sleep(0.05)
        monkeypatch.setattr(watching, "keep", keep_after_somebody_acted)
        (look,) = watcher.look_until_done(desk.merchant_id, now=NOW)
    assert (look.lost_n, tries) == (1, [0, 1])
    assert (desk.case(name).state, desk.case(name).owner_id) == (State.CLOSED, "ann")
    assert desk.told(name) == ["came", "taken", "gone"]
    assert desk.events(name)[-1].body["proof"]["row"] == "slip:S"


def test_a_note_on_a_case_that_a_look_does_not_move_disturbs_nobody(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(database, now=NOW).open()
    a_sale_without_a_slip(desk)
    kept, tries = watching.keep, []

    def keep_after_a_note(connection: sa.Connection, *given: Any, **more: Any) -> int:  # noqa: ANN401 — as the function that it stands for
        tries.append(len(tries))
        desk._do(noting.note, name, "ann", text="I am at it")
        return kept(connection, *given, **more)

    with Watcher.over(database.address) as watcher:
        watcher.look_until_done(desk.merchant_id, now=NOW)
        ((name,),) = desk.rows("SELECT case_id FROM cases")
        desk.rows(DUE, at=NOW)
        monkeypatch.setattr(watching, "keep", keep_after_a_note)
        (look,) = watcher.look_until_done(desk.merchant_id, now=NOW)
    assert (look.seen_n, tries) == (1, [0])
    assert desk.told(name) == ["came", "noted"]


def test_a_look_that_is_disturbed_every_time_says_so(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    tries = []

    def disturbed(*_given: Any, **_more: Any) -> None:  # noqa: ANN401 — as it is called
        tries.append(1)
        raise psycopg.errors.SerializationFailure

    monkeypatch.setattr(Watcher, "look", disturbed)
    with Watcher.over(database.address) as watcher, pytest.raises(psycopg.errors.SerializationFailure):
        watcher.look_until_done(M, now=NOW)
    assert len(tries) == watching.TRIES_MAX


def test_a_closure_without_its_proof_is_contradicted_even_where_nothing_moved(database: Database) -> None:
    desk = Desk(database, now=NOW).open()
    a_sale_without_a_slip(desk)
    with Watcher.over(database.address) as watcher:
        watcher.look_until_done(desk.merchant_id, now=NOW)
        ((name,),) = desk.rows("SELECT case_id FROM cases")
        desk.close(name, "cat", Reason.SLIP_REPRINTED, text=None)
        looks = watcher.look_until_done(desk.merchant_id, now=NOW + timedelta(days=5))
        looks += watcher.look_until_done(desk.merchant_id, now=NOW + timedelta(days=5))
    assert looks[-1] == NOTHING_DUE
    assert (desk.case(name).state, desk.told(name)) == (State.OPEN, ["came", "closed", "contradicted"])
