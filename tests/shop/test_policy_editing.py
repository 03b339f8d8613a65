"""One value of the policy is changed, and nothing else of what the text says."""

from __future__ import annotations

import tomllib
from dataclasses import fields, replace

import pytest

from counterfoil.errors import BadOption
from counterfoil.policy import Policy
from counterfoil.policy_reference import MEANINGS
from counterfoil.shop.policies.editing import meaning_of, toml_of, values_of, with_value
from counterfoil.shop.policies.model import CaseTimes
from counterfoil.shop.policies.own_tables import limit_typed, with_limit, with_scale_code, without_scale_code
from counterfoil.shop.policies.own_words import OWN_MEANINGS
from counterfoil.shop.policies.rules import read_shop_policy
from counterfoil.shop.staff.model import Role
from counterfoil.shop.staff.roles import LIMITS

TEXT = """
# ours
confirm_after = "10d"
goods_sku_pattern = "^[^\\\\d\\"]+$"
outliers = {ratio = 4}
[limits.supervisor]
discount_permille_max = 300
refund_minor_max = "any"
[[scale_codes]]
pattern = "21IIIIICWWWWK"
[cases]
due_low = "2d"
"""


def test_every_value_is_shown_and_has_a_meaning() -> None:
    keys = [value.key for value in values_of("", time_zone="UTC")]
    assert len(keys) == len(set(keys))
    assert {key for key in keys if "." not in key} <= {each.name for each in fields(Policy)} | {"calling_code"}
    assert {f"cases.{each.name}" for each in fields(CaseTimes)} | {"calling_code"} == set(OWN_MEANINGS)
    tables = {"outliers", "serial_returner"}
    assert set(keys) == (set(MEANINGS) - tables) | set(OWN_MEANINGS)
    assert all(meaning_of(key).zh for key in keys)


def test_each_value_can_be_written_as_it_is_shown_and_nothing_else_changes() -> None:
    before = read_shop_policy(TEXT, time_zone="UTC")
    for value in values_of(TEXT, time_zone="UTC"):
        changed = with_value(TEXT, value.key, value.written, time_zone="UTC")
        assert read_shop_policy(changed, time_zone="UTC") == before, value.key


def test_what_is_decided_here_is_marked_and_its_default_told() -> None:
    found = {value.key: value for value in values_of(TEXT, time_zone="UTC")}
    assert {key for key, value in found.items() if value.is_decided} == {
        "confirm_after",
        "goods_sku_pattern",
        "outliers.ratio",
        "cases.due_low",
    }
    assert (found["confirm_after"].written, found["confirm_after"].default) == ("10d", "7d")


def test_a_changed_value_leaves_limits_and_scale_codes_as_they_were() -> None:
    changed = tomllib.loads(with_value(TEXT, "outliers.q", "0.05", time_zone="UTC"))
    before = tomllib.loads(TEXT)
    assert changed["outliers"] == {"ratio": 4, "q": 0.05}
    assert {**changed, "outliers": before["outliers"]} == before


def test_an_empty_value_takes_the_key_out_and_an_emptied_table_with_it() -> None:
    assert tomllib.loads(with_value("[cases]\ndue_low = '2d'", "cases.due_low", "", time_zone="UTC")) == {}
    assert tomllib.loads(with_value("", "confirm_after", "", time_zone="UTC")) == {}


@pytest.mark.parametrize(
    ("key", "written"),
    [
        ("limits.cashier", "1"),
        ("nothing", "1"),
        ("outliers.q", "inf"),
        ("outliers.peers_min", "2.5"),
        ("time_zone", "x"),
    ],
)
def test_what_cannot_be_used_is_refused(key: str, written: str) -> None:
    with pytest.raises(BadOption):
        with_value(TEXT, key, written, time_zone="UTC")


def test_signs_that_toml_escapes_come_back_as_they_went_in() -> None:
    given = {"a": 'x"\\\n\t\x00\x7f猫', "b": {"c": {"d": 1.5, "e": True}}, "f": [{"g": "h"}, {"g": "i"}]}
    assert tomllib.loads(toml_of(given)) == given


def test_limits_and_codes_of_scales_change_and_nothing_else_does() -> None:
    before = read_shop_policy(TEXT, time_zone="UTC")
    text = with_limit(TEXT, Role.SUPERVISOR, limit_typed("25", "", "CNY"), time_zone="UTC")
    text = with_scale_code(text, "22IIIIICVVVVK", None, time_zone="UTC")
    text = without_scale_code(text, "21IIIIICWWWWK", time_zone="UTC")
    after = read_shop_policy(text, time_zone="UTC")
    # What the form left empty is not named any more, so that the default holds.
    assert after.limits[Role.SUPERVISOR] == replace(LIMITS[Role.SUPERVISOR], discount_permille_max=250)
    assert [one.shape for one in after.scale_codes] == ["22IIIIICVVVVK"]
    same = {"limits": before.limits, "scale_codes": before.scale_codes}
    assert replace(after, **same) == before
    assert without_scale_code(TEXT, "29IIIIICWWWWK", time_zone="UTC") == TEXT
    alone = without_scale_code('[[scale_codes]]\npattern = "21IIIIICWWWWK"\n', "21IIIIICWWWWK", time_zone="UTC")
    assert alone.strip() == ""


@pytest.mark.parametrize(
    ("refund", "currency", "minor"),
    [("20.5", "CNY", 2050), ("20", "JPY", 20), ("0.001", "KWD", 1), ("any", "CNY", "any"), ("", "CNY", None)],
)
def test_a_limit_is_typed_in_the_currency_s_own_digits(refund: str, currency: str, minor: object) -> None:
    assert limit_typed("0", refund, currency) == {"discount_permille_max": 0, "refund_minor_max": minor}


def test_a_limit_finer_than_the_currency_is_refused() -> None:
    with pytest.raises(BadOption, match="amount of JPY"):
        limit_typed("", "0.5", "JPY")
