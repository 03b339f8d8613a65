"""Limits of roles and codes of scales in the office: shown, tried, and decided by the policy's own checks."""

from __future__ import annotations

from collections.abc import Mapping

import httpx
import pytest
import sqlalchemy as sa

from counterfoil.shop.catalogue.scale_codes import ScalePattern
from counterfoil.shop.catalogue.tables import BARCODES, ITEMS
from counterfoil.shop.policies import store as policies
from counterfoil.shop.policies.model import ShopPolicy
from counterfoil.shop.policies.rules import read_shop_policy
from counterfoil.shop.staff.model import Role
from counterfoil.shop.staff.roles import LIMITS, Limit
from tests.counter.till import Counter
from tests.web.conftest import Opening
from tests.web.desk import form_on, read
from tests.web.shop import Visitor, hire, leads_to

LIMITS_PAGE, CODES_PAGE = "/office/policy/limits", "/office/policy/scale-codes"


@pytest.fixture
def owner(counter: Counter, opening: Opening) -> Visitor:
    """A browser of the owner."""
    hire(counter.database, counter.merchant_id, "ona", Role.OWNER)
    visitor = opening()
    visitor.sign_in("ona")
    return visitor


@pytest.fixture
def auditor(counter: Counter, opening: Opening) -> Visitor:
    """A browser of somebody who may look."""
    hire(counter.database, counter.merchant_id, "ada", Role.AUDITOR)
    visitor = opening()
    visitor.sign_in("ada")
    return visitor


def sends(visitor: Visitor, page: str, ending: str, typed: Mapping[str, str]) -> httpx.Response:
    """Send a form of a page as it stands there."""
    form = form_on(visitor.get(page), ending)
    return visitor.client.post(form.action, data={**form.fields, **typed}, follow_redirects=False)


def limits(visitor: Visitor, role: Role, **typed: str) -> httpx.Response:
    """Decide the limits of a role."""
    return sends(visitor, f"{LIMITS_PAGE}/{role}", f"{role}/versions", {"reason": "as told", **typed})


def decide(counter: Counter, text: str) -> None:
    with counter.database.transaction(counter.merchant_id) as connection:
        policies.decide(connection, counter.merchant_id, text, reason="as told", decided_by=None, now=counter.clock.now)


def texts(counter: Counter) -> list[str]:
    with counter.database.transaction(counter.merchant_id) as connection:
        return [version.text for version in policies.versions(connection, counter.merchant_id)]


def holding(counter: Counter) -> ShopPolicy:
    return read_shop_policy(texts(counter)[-1], time_zone="Asia/Shanghai")


def facts(counter: Counter) -> list[Mapping[str, object]]:
    rows = counter.rows("SELECT actor_id, body FROM journal WHERE tag = 'policy:version:decided' ORDER BY subject")
    return [{"by": row["actor_id"], **row["body"]} for row in rows]


def test_how_much_each_role_may_do_stands_there_and_what_was_decided_here_is_marked(
    owner: Visitor, counter: Counter
) -> None:
    decide(counter, "[limits.cashier]\ndiscount_permille_max = 125\n")
    said = read(owner.get(LIMITS_PAGE))
    assert "cashier 12.5 % decided here default: none none Change" in said
    assert "supervisor 20 % CNY 500.00 Change" in said
    assert "owner 100 % any amount" in said


def test_a_limit_is_decided_with_a_reason_and_the_rest_stays_as_it_was(owner: Visitor, counter: Counter) -> None:
    decide(counter, 'confirm_after = "10d"\n[limits.manager]\ndiscount_permille_max = 300\n')
    answer = limits(owner, Role.CASHIER, discount="12.5", way="amount", refund="20.50", reason="they are trained")
    assert leads_to(answer) == LIMITS_PAGE
    policy = holding(counter)
    assert policy.limits[Role.CASHIER] == Limit(discount_permille_max=125, refund_minor_max=2050)
    assert policy.limits[Role.MANAGER].discount_permille_max == 300
    assert policy.audit.confirm_after.days == 10
    assert facts(counter) == [
        {"by": "ona", "key": "limits.cashier", "value": "12.5 %, 20.50 CNY", "before_version": 1},
    ]
    assert "they are trained" in read(owner.get("/office/policy"))
    # The form shows what holds, to be changed again.
    page = owner.get(f"{LIMITS_PAGE}/cashier").text
    assert 'value="12.5"' in page
    assert 'value="20.50"' in page


def test_a_limit_is_taken_off_and_the_default_holds_again(owner: Visitor, counter: Counter) -> None:
    assert leads_to(limits(owner, Role.SUPERVISOR, discount="", way="any", refund="")) == LIMITS_PAGE
    assert holding(counter).limits[Role.SUPERVISOR] == Limit(discount_permille_max=200, refund_minor_max=None)
    assert "any amount decided here" in read(owner.get(LIMITS_PAGE))
    assert leads_to(limits(owner, Role.SUPERVISOR, discount="", way="default", refund="7")) == LIMITS_PAGE
    assert holding(counter).limits == LIMITS
    assert texts(counter)[-1].strip() == ""


def test_a_till_follows_another_limit(owner: Visitor, counter: Counter) -> None:
    limits(owner, Role.CASHIER, discount="10", way="default", refund="")
    with counter.database.transaction(counter.merchant_id) as connection:
        held = policies.policy_at(connection, counter.merchant_id, counter.clock.now)
    assert held.limits[Role.CASHIER].discount_permille_max == 100


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"discount": "100.1"}, "from 0 to 100"),
        ({"discount": "-1"}, "from 0 to 100"),
        ({"discount": "12.55"}, "one digit behind the point"),
        ({"discount": "lots"}, "expected a number"),
        ({"discount": "1e999999999"}, "expected a number"),
        ({"discount": "nan"}, "expected a number"),
        ({"way": "amount", "refund": "-5"}, "an amount of CNY"),
        ({"way": "amount", "refund": "5.001"}, "an amount of CNY"),
        ({"way": "amount", "refund": "99999999999999"}, "cannot be used"),
        ({"discount": "20"}, "Say why"),
        ({"discount": ""}, "what holds already"),
    ],
)
def test_a_limit_that_cannot_hold_is_refused_and_stays_typed(
    typed: dict[str, str], why: str, owner: Visitor, counter: Counter
) -> None:
    reason = "" if why == "Say why" else "as told"
    answer = limits(owner, Role.CASHIER, **{"discount": "", "way": "default", "refund": "", "reason": reason, **typed})
    assert answer.status_code == 409
    assert why in read(answer)
    assert texts(counter) == []


def test_what_another_has_decided_meanwhile_is_not_overwritten_unseen(owner: Visitor, counter: Counter) -> None:
    forms = [
        form_on(owner.get(f"{LIMITS_PAGE}/cashier"), "versions"),
        form_on(owner.get(CODES_PAGE), "scale-codes/versions"),
    ]
    decide(counter, 'slip_within = "9min"')
    for form in forms:
        fields = {**form.fields, "discount": "5", "shape": "21IIIIICWWWWK", "reason": "as told"}
        answer = owner.client.post(form.action, data=fields, follow_redirects=False)
        assert answer.status_code == 409
        assert "Somebody has decided another version" in read(answer)
    assert texts(counter) == ['slip_within = "9min"']


def test_whoever_may_look_sees_no_form_and_may_not_decide(auditor: Visitor, counter: Counter) -> None:
    decide(counter, '[[scale_codes]]\npattern = "21IIIIICWWWWK"\n')
    for page in (LIMITS_PAGE, CODES_PAGE):
        said = auditor.get(page)
        assert "You may look, and not change" in read(said)
        assert 'name="reason"' not in said.text
    assert auditor.get(f"{LIMITS_PAGE}/cashier").status_code == 403
    token = auditor.token("/design")
    fields = {"form_token": token, "seen": "1", "reason": "x", "shape": "22IIIIICWWWWK", "removed": "21IIIIICWWWWK"}
    for path in (f"{LIMITS_PAGE}/cashier/versions", f"{CODES_PAGE}/versions", f"{CODES_PAGE}/removals"):
        assert auditor.client.post(path, data=fields, follow_redirects=False).status_code == 403
    assert len(texts(counter)) == 1


def test_without_the_token_of_the_page_nothing_is_decided(owner: Visitor, counter: Counter) -> None:
    for path in (f"{LIMITS_PAGE}/cashier/versions", f"{CODES_PAGE}/versions", f"{CODES_PAGE}/removals"):
        answer = owner.client.post(path, data={"seen": "0", "reason": "x"}, follow_redirects=False)
        assert answer.status_code in {403, 419}
    assert texts(counter) == []


def test_no_role_of_this_name_is_no_page(owner: Visitor) -> None:
    assert owner.get(f"{LIMITS_PAGE}/emperor").status_code == 404


def test_a_code_of_a_scale_is_decided_read_and_taken_out(owner: Visitor, counter: Counter) -> None:
    assert "Labels of scales are not read yet" in read(owner.get(CODES_PAGE))
    typed = {"shape": "21IIIIICWWWWK", "decimals": "", "reason": "the new scale"}
    assert leads_to(sends(owner, CODES_PAGE, "scale-codes/versions", typed)) == CODES_PAGE
    assert holding(counter).scale_codes == (ScalePattern(shape="21IIIIICWWWWK", decimals=3),)
    said = read(owner.get(CODES_PAGE))
    assert "begins with 21; 5 digits of the article; the weight in kilograms, 4 digits, 3 behind the point" in said
    typed = {"shape": "22iiiiicvvvvk", "decimals": "0", "reason": "the old scale"}
    assert leads_to(sends(owner, CODES_PAGE, "scale-codes/versions", typed)) == CODES_PAGE
    assert [one.prefix for one in holding(counter).scale_codes] == ["21", "22"]
    page = owner.get(CODES_PAGE)
    form = form_on(page, "scale-codes/removals")
    assert form.fields["removed"] == "21IIIIICWWWWK"
    fields = {**form.fields, "reason": "it is broken"}
    assert leads_to(owner.client.post(form.action, data=fields, follow_redirects=False)) == CODES_PAGE
    assert [one.prefix for one in holding(counter).scale_codes] == ["22"]
    assert facts(counter) == [
        {"by": "ona", "key": "scale_codes", "value": "21IIIIICWWWWK"},
        {"by": "ona", "key": "scale_codes", "value": "22iiiiicvvvvk", "decimals": 0, "before_version": 1},
        {"by": "ona", "key": "scale_codes", "removed": "21IIIIICWWWWK", "before_version": 2},
    ]


@pytest.mark.parametrize(
    ("shape", "decimals", "why"),
    [
        ("21IIIIICWWWW", "", "expected 13 signs"),
        ("31IIIIICWWWWK", "", "only the prefixes 02 and 20 to 29"),
        ("21IIIIICVVVVK", "2", "has no decimals"),
        ("21IIIIICWWWWK", "9", "decimals"),
        ("2IIIIIICWWWWK", "", "expected 13 signs"),
        ("02IIIIICWWWWK", "", "could both read the same code"),
        ("", "", "expected 13 signs"),
    ],
)
def test_a_pattern_that_cannot_be_read_is_refused_by_the_policy_s_own_check(
    shape: str, decimals: str, why: str, owner: Visitor, counter: Counter
) -> None:
    decide(counter, '[[scale_codes]]\npattern = "02IIIIICVVVVK"\n')
    typed = {"shape": shape, "decimals": decimals, "reason": "as told"}
    answer = sends(owner, CODES_PAGE, "scale-codes/versions", typed)
    assert answer.status_code == 409
    assert why in read(answer)
    assert len(texts(counter)) == 1


def test_a_label_is_tried_as_a_till_would_read_it(owner: Visitor, counter: Counter) -> None:
    decide(counter, '[[scale_codes]]\npattern = "21IIIIIXWWWWK"\n')
    with counter.database.transaction(counter.merchant_id) as connection:
        connection.execute(
            sa.update(ITEMS).where(ITEMS.c.sku == "tea").values(sold_by="weight", name_en="Green tea", name_zh="绿茶")
        )
        connection.execute(sa.insert(BARCODES).values(merchant_id=counter.merchant_id, barcode="123", sku="tea"))
    said = read(owner.get(f"{CODES_PAGE}?code=2100123004508"))
    assert "A till puts this into the basket" in said
    assert "Green tea tea · 0.45 kg" in said
    assert "It was read as article 999." in read(owner.get(f"{CODES_PAGE}?code=2100999004503"))
    assert "No pattern reads it" in read(owner.get(f"{CODES_PAGE}?code=2100123004501"))
