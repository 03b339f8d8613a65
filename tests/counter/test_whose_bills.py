"""Whose bill it is: a name that nobody knows is refused, and a file that is in already says when and as what."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from counterfoil.counter.bills.refusals import BillRefusal, BillRefused
from counterfoil.counter.bills.taking import BillTaking
from counterfoil.languages import Language
from tests.audit.readers.wechat import trade_bill
from tests.counter.test_bills import ROW
from tests.counter.till import Counter


def knowing(counter: Counter, *names: str) -> BillTaking:
    return replace(counter.house.bills, acquirers=lambda _: names)


@pytest.fixture
def bill(tmp_path: Path) -> Path:
    path = tmp_path / "bill.csv"
    path.write_text(trade_bill([ROW]), encoding="utf-8", newline="")
    return path


def test_a_name_that_no_setting_knows_is_refused_with_the_known_ones_the_closest_first(
    counter: Counter, bill: Path
) -> None:
    taking = knowing(counter, "alipay", "wechat-south", "wechat-north")
    with pytest.raises(BillRefused) as told:
        taking.take(counter.merchant_id, bill, acquirer="wechat-nort")
    refused = told.value.refused
    assert refused.code is BillRefusal.NO_SUCH_ACQUIRER
    assert refused.facts["known"] == "wechat-north, wechat-south, alipay"
    assert "called wechat-nort; the settings know: wechat-north" in str(told.value)
    assert "没有名为 wechat-nort 的收单渠道" in told.value.said(Language.ZH)
    assert (counter.counts()["bills"], counter.counts()["acquirer_records"]) == (0, 0)


@pytest.mark.parametrize("asked", ["no blanks", "{known}", ""])
def test_a_name_that_could_be_none_is_refused_as_any_other(counter: Counter, bill: Path, asked: str) -> None:
    with pytest.raises(BillRefused, match="the settings know: —"):
        knowing(counter).take(counter.merchant_id, bill, acquirer=asked)


def test_a_format_s_own_name_that_the_settings_do_not_use_is_no_silent_home_for_its_rows(
    counter: Counter, bill: Path
) -> None:
    taking = knowing(counter, "wx")
    with pytest.raises(BillRefused) as told:
        taking.take(counter.merchant_id, bill)
    assert (told.value.refused.code, told.value.refused.facts["known"]) == (BillRefusal.ACQUIRER_NOT_NAMED, "wx")
    assert counter.counts()["bills"] == 0
    assert taking.take(counter.merchant_id, bill, acquirer="wx").acquirer == "wx"


def test_an_acquirer_that_left_the_settings_still_hands_in_the_bills_of_its_payments(
    counter: Counter, bill: Path
) -> None:
    counter.sell(counter.sale(counter.tender("wechat")))
    assert knowing(counter, "other").take(counter.merchant_id, bill).acquirer == "wechat"


def test_the_same_file_under_another_name_says_when_and_as_what_it_came_in(counter: Counter, bill: Path) -> None:
    taking = knowing(counter, "wechat", "wx")
    first = taking.take(counter.merchant_id, bill, acquirer="wx")
    other = bill.rename(bill.with_name("another name.csv"))
    for asked in ("wechat", "nobody", None):
        again = taking.take(counter.merchant_id, other, acquirer=asked)
        assert again.was_known
        assert (again.file, again.acquirer, again.taken_at) == ("bill.csv", "wx", first.taken_at)
    assert counter.counts()["acquirer_records"] == 1
