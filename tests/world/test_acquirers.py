"""The acquirers' book: bills of which some are missing, rows told twice, references of every strength."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow.compute as pc

from counterfoil.world.bill_days import BillDays
from counterfoil.world.calendar import Calendar
from counterfoil.world.history import History
from counterfoil.world.parameters import FIRST_DAY, WorldParameters
from tests.world.towns import CLEAN, laid_out, town

NEW_YORK = ZoneInfo("America/New_York")
SHANGHAI = "(occurred_at + INTERVAL 8 HOUR)::DATE"


def days_without_bill(parameters: WorldParameters) -> set[tuple[str, date]]:
    gaps = History(parameters, 0).scene.bill_days.gaps()
    return {(acquirer, FIRST_DAY + timedelta(days=day)) for acquirer, day in gaps}


def test_some_days_have_no_bill_and_all_others_have_one() -> None:
    asked = laid_out(CLEAN).execute(f"""
        SELECT DISTINCT acquirer, {SHANGHAI} FROM acquirer_records
        WHERE source IS NULL OR source IN ('bill', 'settlement')
    """)
    there = set(asked.fetchall())
    missing = days_without_bill(CLEAN)
    days = {FIRST_DAY + timedelta(days=day) for day in range(CLEAN.days_of_history)}
    assert len(missing) >= 6
    assert there == {(acquirer, day) for acquirer in ("wechat", "alipay", "unionpay") for day in days} - missing


def test_webhooks_arrive_on_days_without_a_bill_too() -> None:
    asked = laid_out(CLEAN).execute(
        f"SELECT DISTINCT acquirer, {SHANGHAI} FROM acquirer_records WHERE source = 'webhook'"
    )
    assert set(asked.fetchall()) & days_without_bill(CLEAN)


def test_at_most_one_acquirer_is_unsteady_at_a_time() -> None:
    for seed in range(5):
        days = BillDays(400, seed)
        day = np.arange(400)
        steady = np.sum([days.steady(np.full(400, acquirer), day) for acquirer in range(3)], axis=0)
        assert steady.min() >= 2


def test_cleared_card_sales_stand_in_the_settlement_file_as_well() -> None:
    asked = laid_out(CLEAN).execute("""
        SELECT count(*), count(s.acquirer_reference), count(*) FILTER (WHERE s.amount_minor <> b.amount_minor)
        FROM (SELECT * FROM acquirer_records WHERE source = 'bill' AND acquirer = 'unionpay' AND state = 'succeeded'
              AND kind NOT IN ('fee', 'chargeback')) AS b
        LEFT JOIN (SELECT * FROM acquirer_records WHERE source = 'settlement') AS s USING (acquirer_reference)
    """)
    billed, settled, different = asked.fetchall()[0]
    assert billed == settled > 100
    assert different == 0


def test_a_webhook_tells_the_same_as_its_bill_row() -> None:
    asked = laid_out(CLEAN).execute("""
        SELECT count(*), count(*) FILTER (
            WHERE w.amount_minor <> b.amount_minor OR w.our_reference IS DISTINCT FROM b.our_reference
            OR w.occurred_at < b.occurred_at OR w.occurred_at > b.occurred_at + INTERVAL 2 MINUTE
        )
        FROM acquirer_records AS w JOIN acquirer_records AS b USING (acquirer_reference, acquirer, kind)
        WHERE w.source = 'webhook' AND coalesce(b.source, 'bill') = 'bill'
    """)
    pairs, different = asked.fetchall()[0]
    assert pairs > 100
    assert different == 0


def test_references_of_every_strength_occur() -> None:
    asked = laid_out(CLEAN).execute("""
        SELECT
            CASE left(our_reference, 1) WHEN 'P' THEN 'payment' WHEN 'Q' THEN 'request' WHEN 'O' THEN 'order' END,
            rrn IS NOT NULL, approval_code IS NOT NULL, stan IS NOT NULL, terminal_id IS NOT NULL
        FROM acquirer_records WHERE kind = 'sale' AND source = 'bill' GROUP BY ALL
    """)
    ways = set(asked.fetchall())
    assert ways >= {
        ("payment", False, False, False, True),
        ("request", False, False, False, True),
        ("order", False, False, False, True),
        ("payment", True, True, True, True),
        (None, True, True, False, True),
        (None, False, True, False, True),
        (None, False, False, True, True),
        (None, False, False, False, False),
    }


def test_clocks_of_tills_are_off_by_seconds_within_the_match_window() -> None:
    skew = History(CLEAN, 0).town.skew
    assert abs(skew).max() <= 75_000
    assert abs(skew).max() > 10_000
    apart = laid_out(CLEAN).execute("""
        SELECT max(abs(epoch_ms(r.occurred_at) - epoch_ms(p.occurred_at)))
        FROM acquirer_records AS r JOIN payments AS p ON r.our_reference = p.payment_id
        WHERE r.source = 'bill'
    """)
    ((furthest,),) = apart.fetchall()
    assert 10_000 < furthest < 10 * 60_000


def test_trace_numbers_are_given_once_a_day_at_one_till() -> None:
    asked = laid_out(CLEAN).execute("""
        SELECT terminal_id, business_date, stan FROM payments WHERE stan IS NOT NULL AND kind = 'sale'
        GROUP BY ALL HAVING count(*) > 1
    """)
    assert asked.fetchall() == []


def test_local_days_follow_the_zone_over_a_change_of_clocks() -> None:
    calendar = Calendar(first_day=date(2025, 3, 8), days=10, time_zone="America/New_York")
    spring = [datetime(2025, 3, 9, 23, 59, tzinfo=NEW_YORK), datetime(2025, 3, 10, 0, 1, tzinfo=NEW_YORK)]
    moments = np.array([round(each.timestamp() * 1000) for each in spring])
    assert calendar.local_day(moments).tolist() == [1, 2]
    assert (calendar.midnight(np.arange(4)) // 3_600_000 % 24).tolist() == [5, 5, 4, 4]


def test_fees_prove_each_bill_and_claim_nothing() -> None:
    fees = town(CLEAN)["acquirer_records"].filter(pc.field("kind") == "fee")
    assert fees.num_rows == 3 * CLEAN.days_of_history - len(days_without_bill(CLEAN))
    assert fees["our_reference"].null_count == fees.num_rows
