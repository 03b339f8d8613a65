"""The shop's policy: read as a whole or not at all, kept by versions, and valid from its moment on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from counterfoil.db.engine import Database
from counterfoil.error_words import said
from counterfoil.errors import BadOption
from counterfoil.ids import MerchantId
from counterfoil.languages import Language
from counterfoil.shop.policies import store as policies
from counterfoil.shop.policies.rules import read_kept_policy, read_shop_policy, unusable_in
from counterfoil.shop.policies.tables import POLICIES
from counterfoil.shop.staff.model import Role
from counterfoil.shop.staff.roles import LIMITS, Limit

from .stage import NOW, found

TEXT = """
confirm_after = "10d"
calling_code = "+86"
[limits.supervisor]
discount_permille_max = 300
refund_minor_max = "any"
[[scale_codes]]
pattern = "21IIIIICWWWWK"
[[scale_codes]]
pattern = "22 IIIII VVVVV K"
"""


def test_one_text_holds_windows_limits_and_scales() -> None:
    policy = read_shop_policy(TEXT, time_zone="Asia/Shanghai")
    assert policy.audit.confirm_after == timedelta(days=10)
    assert policy.audit.time_zone == "Asia/Shanghai"
    assert policy.limits[Role.SUPERVISOR] == Limit(discount_permille_max=300, refund_minor_max=None)
    assert policy.limits[Role.MANAGER] == LIMITS[Role.MANAGER]
    assert [pattern.shape for pattern in policy.scale_codes] == ["21IIIIICWWWWK", "22IIIIIVVVVVK"]
    assert policy.calling_code == "86"


def test_a_policy_may_name_another_zone_than_the_merchant() -> None:
    assert read_shop_policy('time_zone = "UTC"', time_zone="Asia/Shanghai").audit.time_zone == "UTC"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("confirm_after = ", "expected TOML"),
        ('confirm_after = "soon"', "confirm_after wants a duration"),
        ("no_such_key = 1", "unknown key 'no_such_key'"),
        ("limits = 3", "a table for each role"),
        ("[limits.chef]\nrefund_minor_max = 1", "limits.chef"),
        ("[limits.cashier]\ndiscount_permille_max = 1001", "cannot be used"),
        ("[limits.cashier]\nrefund_minor_max = true", "cannot be used"),
        ("[limits.cashier]\nrefund_major_max = 1", "cannot be used"),
        ("scale_codes = 1", "tables with a pattern"),
        ("[[scale_codes]]\nshape = '21IIIIICWWWWK'", "a scale code wants pattern"),
        ("[[scale_codes]]\npattern = '99IIIIICWWWWK'", "prefixes"),
        ("[[scale_codes]]\npattern = '21IIIIICWWWWK'\n" * 2, "both read"),
        ('calling_code = "086"', "calling_code"),
        ('calling_code = ""', "calling_code"),
        ("# " + "x" * 100_000, "at most"),
    ],
)
def test_a_policy_that_cannot_be_read_is_one_line(text: str, what: str) -> None:
    with pytest.raises(BadOption, match=what):
        read_shop_policy(text, time_zone="UTC")


def test_what_holds_is_the_latest_that_is_not_in_the_future(connection: sa.Connection, merchant_id: MerchantId) -> None:
    found(connection, merchant_id)

    def confirm_after(hours: int) -> int:
        return policies.policy_at(connection, merchant_id, NOW + timedelta(hours=hours)).audit.confirm_after.days

    def decided(days: int, hours: int) -> int:
        return policies.decide(
            connection,
            merchant_id,
            f'confirm_after = "{days}d"',
            reason="tried out",
            decided_by=None,
            now=NOW,
            valid_from=NOW + timedelta(hours=hours),
        )

    assert confirm_after(0) == 7, "nobody has decided anything"
    assert [decided(8, 0), decided(10, 10), decided(9, 5), decided(11, 10)] == [1, 2, 3, 4]
    assert [confirm_after(hours) for hours in (-1, 0, 5, 9, 10)] == [7, 8, 9, 9, 11]
    assert [each.version for each in policies.versions(connection, merchant_id)] == [1, 2, 3, 4]
    zone = policies.policy_at(connection, merchant_id, NOW).audit.time_zone
    assert zone == "Asia/Shanghai", "the merchant's own"


def test_a_policy_that_cannot_be_read_is_never_kept(connection: sa.Connection, merchant_id: MerchantId) -> None:
    found(connection, merchant_id)
    with pytest.raises(BadOption):
        policies.decide(connection, merchant_id, "x = 1", reason="oops", decided_by=None, now=NOW)
    assert policies.version_at(connection, merchant_id, NOW) is None


def test_decisions_at_once_are_numbered_one_after_the_other(database: Database, merchant_id: MerchantId) -> None:
    with database.transaction(merchant_id) as connection:
        found(connection, merchant_id)

    def decide(_: int) -> int:
        with database.transaction(merchant_id) as connection:
            return policies.decide(connection, merchant_id, "", reason="again", decided_by=None, now=NOW)

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(decide, range(8))) == list(range(1, 9))


#: As versions before this one took them.
TAKEN_ONCE = 'goods_sku_pattern = "(?:a{99}){99}"\nship_within = "٣٠min"\nconfirm_after = "10d"\n'


def test_what_was_taken_once_and_is_refused_today_holds_no_more_and_the_rest_does() -> None:
    with pytest.raises(BadOption):
        read_shop_policy(TAKEN_ONCE, time_zone="UTC")
    assert set(unusable_in(TAKEN_ONCE, time_zone="UTC")) == {"goods_sku_pattern", "ship_within"}
    kept = read_kept_policy(TAKEN_ONCE, time_zone="Asia/Shanghai").audit
    assert kept == replace(read_shop_policy("", time_zone="Asia/Shanghai").audit, confirm_after=timedelta(days=10))


def test_tills_read_a_policy_on_that_was_taken_once(connection: sa.Connection, merchant_id: MerchantId) -> None:
    found(connection, merchant_id)
    row = {"merchant_id": merchant_id, "version": 1, "valid_from": NOW, "text": TAKEN_ONCE, "decided_at": NOW}
    connection.execute(sa.insert(POLICIES).values(**row, reason="as it was"))
    assert policies.policy_at(connection, merchant_id, NOW).audit.confirm_after == timedelta(days=10)
    with pytest.raises(BadOption, match="goods_sku_pattern"):
        policies.decide(connection, merchant_id, TAKEN_ONCE, reason="again", decided_by=None, now=NOW)


@pytest.mark.parametrize(
    ("pattern", "why"), [("[a-c-e]", "invalid character range"), ("(?:(?:a?){0,31}){0,31}", "statement timeout")]
)
def test_a_pattern_that_only_the_database_refuses_is_not_decided_either(
    pattern: str, why: str, connection: sa.Connection, merchant_id: MerchantId, monkeypatch: pytest.MonkeyPatch
) -> None:
    found(connection, merchant_id)
    monkeypatch.setattr("counterfoil.policy.read_pattern", lambda _key, value, _source: value)
    monkeypatch.setattr(policies, "TRIAL_SECONDS_MAX", 1)
    limit = connection.execute(sa.text("SHOW statement_timeout")).scalar_one()

    def decide(written: str) -> int:
        text = f'goods_sku_pattern = "{written}"'
        return policies.decide(connection, merchant_id, text, reason="tried out", decided_by=None, now=NOW)

    with pytest.raises(BadOption, match=rf"cannot be run by PostgreSQL: .*{why}") as refused:
        decide(pattern)
    assert said(refused.value, Language.ZH).startswith("policy：goods_sku_pattern 无法由 PostgreSQL 执行")
    assert decide("[a-c]") == 1, "the transaction goes on"
    assert connection.execute(sa.text("SHOW statement_timeout")).scalar_one() == limit
