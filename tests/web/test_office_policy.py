"""The policy in the office: what holds is shown, a value is tried on the books, and decided with a reason."""

from __future__ import annotations

import httpx
import pytest
import sqlalchemy as sa

from counterfoil.desk.previews import previewing, store
from counterfoil.languages import Language
from counterfoil.policy_reference import MEANINGS
from counterfoil.shop.policies import store as policies
from counterfoil.shop.policies.editing import Unit
from counterfoil.shop.policies.rules import read_shop_policy
from counterfoil.shop.policies.tables import POLICIES
from counterfoil.shop.staff.model import Role
from counterfoil.web.office import policy as pages
from counterfoil.web.office.policy_words import said_value
from tests.counter.shop import OTHER_STORE
from tests.counter.till import Counter
from tests.web.conftest import Opening
from tests.web.desk import form_on, read
from tests.web.shop import Visitor, hire, leads_to

POLICY = "/office/policy"
DAYS = {"first": "2026-02-02", "last": "2026-03-03"}


@pytest.fixture
def owner(counter: Counter, opening: Opening, monkeypatch: pytest.MonkeyPatch) -> Visitor:
    """A browser of the owner, who has more patience than a page, for the machine of a test may be busy."""
    monkeypatch.setattr(pages, "SECONDS_MAX", 600.0)
    hire(counter.database, counter.merchant_id, "ona", Role.OWNER)
    visitor = opening()
    visitor.sign_in("ona")
    return visitor


def send(visitor: Visitor, key: str, ending: str, **typed: str) -> httpx.Response:
    """Send a form of a value's page as it stands there."""
    page = f"{POLICY}/values/{key}"
    form = form_on(visitor.get(page), f"{key}/{ending}")
    return visitor.client.post(form.action, data={**form.fields, **typed}, follow_redirects=False)


def decide(counter: Counter, text: str) -> None:
    with counter.database.transaction(counter.merchant_id) as connection:
        policies.decide(connection, counter.merchant_id, text, reason="as told", decided_by=None, now=counter.clock.now)


def texts(counter: Counter) -> list[str]:
    with counter.database.transaction(counter.merchant_id) as connection:
        return [version.text for version in policies.versions(connection, counter.merchant_id)]


@pytest.mark.parametrize(
    ("written", "unit", "en", "zh"),
    [
        ("1d", Unit.DURATION, "1 day", "1 天"),
        ("48h", Unit.DURATION, "48 hours", "48 小时"),
        ("T+0 9:30", Unit.DEADLINE, "9:30 on the same day", "当日 9:30"),
        ("T+1 10:00", Unit.DEADLINE, "10:00 on the next day", "次日 10:00"),
        ("T+3 10:00", Unit.DEADLINE, "10:00, 3 days later", "3 天后 10:00"),
        ("0.25", Unit.SHARE, "25 %", "25 %"),
        ("1", Unit.SHARE, "100 %", "100 %"),
        ("^{n}$", Unit.PATTERN, "^{n}$", "^{n}$"),
        ("soon", Unit.DURATION, "soon", "soon"),
    ],
)
def test_a_value_is_said_as_people_say_it(written: str, unit: Unit, en: str, zh: str) -> None:
    said = said_value(written, unit)
    assert (said.to(Language.EN), said.to(Language.ZH)) == (en, zh)


def test_every_value_stands_there_with_its_meaning_and_its_default(owner: Visitor, counter: Counter) -> None:
    said = read(owner.get(POLICY))
    assert "Nobody has decided anything" in said
    for key in ("time_zone", "confirm_after", "outliers.q", "serial_returner.share", "cases.due_high"):
        assert key in said
    assert MEANINGS["slip_within"].en in said
    decide(counter, 'confirm_after = "10d"\n# ours\n')
    said = read(owner.get(POLICY))
    assert "10 days decided here 7 days" in said
    assert "the console of the server as told" in said
    assert "# ours" in said


def test_a_value_is_decided_with_a_reason_and_the_rest_stays_as_it_was(owner: Visitor, counter: Counter) -> None:
    decide(counter, 'confirm_after = "10d"\n[limits.supervisor]\ndiscount_permille_max = 300\n')
    answer = send(owner, "slip_within", "versions", value="5min", reason="the printer is slow")
    assert leads_to(answer) == POLICY
    before, after = (read_shop_policy(text, time_zone="Asia/Shanghai") for text in texts(counter))
    assert after.audit.slip_within.total_seconds() == 300
    assert (after.audit.confirm_after, after.limits) == (before.audit.confirm_after, before.limits)
    said = read(owner.get(POLICY))
    assert "ona the printer is slow" in said
    fact = counter.rows("SELECT actor_id, subject, body FROM journal WHERE tag = 'policy:version:decided'")[0]
    assert (fact["actor_id"], fact["subject"]) == ("ona", "policy:2")
    assert fact["body"] == {"key": "slip_within", "value": "5min", "before_version": 1}


def test_the_calling_code_is_decided_here_and_there_is_nothing_to_try_of_it(owner: Visitor, counter: Counter) -> None:
    page = owner.get(f"{POLICY}/values/calling_code")
    assert "there is nothing to try" in read(page)
    assert "/previews" not in page.text
    assert leads_to(send(owner, "calling_code", "versions", value="+44", reason="we are in London")) == POLICY
    assert read_shop_policy(texts(counter)[-1], time_zone="Asia/Shanghai").calling_code == "44"
    refused = send(owner, "calling_code", "versions", value="four", reason="x")
    assert refused.status_code == 409
    assert "wants the code of a country" in read(refused)


def test_an_amount_is_told_as_money_and_so_is_how_one_is_written(owner: Visitor, counter: Counter) -> None:
    decide(counter, "refund_authoriser_from_minor = 12345\n")
    said = read(owner.get(f"{POLICY}/values/refund_authoriser_from_minor"))
    assert "Now CNY 123.45 12345" in said
    assert "as a whole number: 5000 is CNY 50.00." in said


def test_an_emptied_value_lets_the_default_hold_again(owner: Visitor, counter: Counter) -> None:
    decide(counter, "[outliers]\nratio = 7\n")
    assert leads_to(send(owner, "outliers.ratio", "versions", value="", reason="back to usual")) == POLICY
    assert texts(counter)[-1].strip() == ""


@pytest.mark.parametrize(
    ("key", "value", "reason", "why"),
    [
        ("slip_within", "soon", "x", "wants a duration"),
        ("slip_within", "9999999d", "x", "cannot be used"),
        ("acquirer_ready", "noon", "x", "wants a deadline"),
        ("outliers.q", "1.5", "x", "from 0 to 1"),
        ("outliers.q", "nan", "x", "from 0 to 1"),
        ("serial_returner.days", "99999999", "x", "from 0 to 36500"),
        ("refund_authoriser_from_minor", "-1", "x", "from 0 to"),
        ("refund_authoriser_from_minor", "５０００", "x", "in the digits 0 to 9"),
        ("goods_sku_pattern", "(?P<a>x)", "x", "goods_sku_pattern wants"),
        ("goods_sku_pattern", "(?:(?:a{99}){99}){99}", "x", "repeats repetitions 970299 times"),
        ("goods_sku_pattern", "(?:a?){0,31}", "x", "may be empty"),
        ("slip_within", "٣٠min", "x", "wants a duration"),
        ("serial_returner.days", "1_0", "x", "from 0 to 36500"),
        ("serial_returner.days", "+5", "x", "from 0 to 36500"),
        ("time_zone", "localtime", "x", "time_zone wants a name"),
        ("time_zone", "Mars/Base", "x", "time_zone wants a name"),
        ("slip_within", "2min", "x", "what holds already"),
        ("slip_within", "5min", " ", "Say why"),
        ("slip_within", "5min", "x" * 201, "Say why"),
    ],
)
def test_what_cannot_hold_is_refused_and_stays_typed(
    key: str, value: str, reason: str, why: str, owner: Visitor, counter: Counter
) -> None:
    answer = send(owner, key, "versions", value=value, reason=reason)
    assert answer.status_code == 409
    assert why in read(answer)
    assert texts(counter) == []


def test_a_pattern_that_no_engine_runs_is_not_tried_either(owner: Visitor) -> None:
    answer = send(owner, "goods_sku_pattern", "previews", value="(?:a{99}){99}", **DAYS)
    assert answer.status_code == 409
    assert "choose smaller numbers in its braces" in read(answer)


def test_a_pattern_that_only_the_database_refuses_is_not_decided_and_stays_typed(
    owner: Visitor, counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("counterfoil.policy.read_pattern", lambda _key, value, _source: value)
    answer = send(owner, "goods_sku_pattern", "versions", value="[a-c-e]", reason="x")
    assert answer.status_code == 409
    assert "This value cannot be used: goods_sku_pattern cannot be run by PostgreSQL" in read(answer)
    assert 'value="[a-c-e]"' in answer.text
    assert texts(counter) == []


def test_a_value_that_was_taken_once_and_is_refused_today_is_told_and_can_be_taken_out(
    owner: Visitor, counter: Counter
) -> None:
    with counter.database.transaction(counter.merchant_id) as connection:
        row = {"merchant_id": counter.merchant_id, "version": 1, "valid_from": counter.clock.now, "reason": "x"}
        text = 'goods_sku_pattern = "(?:a{99}){99}"'
        connection.execute(sa.insert(POLICIES).values(**row, text=text, decided_at=counter.clock.now))
    assert "goods_sku_pattern does not hold: the default does" in read(owner.get(POLICY))
    assert leads_to(send(owner, "goods_sku_pattern", "versions", value="", reason="back to usual")) == POLICY
    assert "does not hold" not in read(owner.get(POLICY))


def test_what_another_has_decided_meanwhile_is_not_overwritten_unseen(owner: Visitor, counter: Counter) -> None:
    form = form_on(owner.get(f"{POLICY}/values/slip_within"), "versions")
    decide(counter, 'slip_within = "9min"')
    fields = {**form.fields, "value": "5min", "reason": "x"}
    answer = owner.client.post(form.action, data=fields, follow_redirects=False)
    assert answer.status_code == 409
    assert "Somebody has decided another version" in read(answer)
    assert texts(counter) == ['slip_within = "9min"']


def test_a_shop_too_large_for_a_page_has_its_books_judged_beside_its_work(
    owner: Visitor, counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_many(*_given: object, **_more: object) -> int:
        raise store.TooManyRows

    monkeypatch.setattr(previewing, "ORDERS_COPIED_MAX", -1)
    monkeypatch.setattr(store, "copy_books", too_many)
    for _press in range(2):
        answer = send(owner, "slip_within", "previews", value="1h", **DAYS)
        assert answer.status_code == 409
        assert "books are being judged as a whole now" in read(answer)
    with counter.database.transaction(counter.merchant_id) as connection:
        waiting = sa.text("SELECT args FROM jobs.procrastinate_jobs WHERE task_name = 'judge_books'")
        assert connection.execute(waiting).scalars().all() == [{"merchant_id": counter.merchant_id}]


def test_a_preview_says_which_findings_would_be_gone_or_new_and_changes_nothing(
    owner: Visitor, counter: Counter
) -> None:
    counter.sell(counter.sale(counter.tender()))
    counter.clock.passes(minutes=20)
    page = send(owner, "slip_within", "previews", value="1h", **DAYS)
    assert page.status_code == 200, page.text
    said = read(page)
    assert "new 0" in said
    assert "gone 1 CNY 5.00" in said
    assert "Missing slip" in said
    assert "/office/journal?subject=order%3A" in page.text
    assert texts(counter) == []
    decide(counter, 'slip_within = "1h"')
    assert "new 1 CNY 5.00" in read(send(owner, "slip_within", "previews", value="3min", **DAYS))
    today = read(send(owner, "slip_within", "previews", value="2h", **DAYS))
    assert "Nothing would be found otherwise" in today


def test_days_that_cannot_be_looked_at_are_refused(owner: Visitor) -> None:
    for first, last in (("2026-03-03", "2026-03-01"), ("2026-03-01", "2026-04-01"), ("2025-01-01", "2026-03-01")):
        answer = send(owner, "slip_within", "previews", value="5min", first=first, last=last)
        assert answer.status_code == 409
        assert "no days that can be looked at" in read(answer)
    assert send(owner, "slip_within", "previews", value="5min", first="x", last="2026-03-03").status_code == 422


def test_an_odd_reason_is_shown_and_never_obeyed(owner: Visitor) -> None:
    send(owner, "slip_within", "versions", value="5min", reason="<script>alert(1)</script>")
    page = owner.get(POLICY)
    assert "<script>alert(1)" not in page.text
    assert "&lt;script&gt;alert(1)" in page.text


def test_the_pages_speak_chinese(counter: Counter, opening: Opening) -> None:
    hire(counter.database, counter.merchant_id, "lao", Role.OWNER, language=Language.ZH)
    visitor = opening()
    visitor.sign_in("lao")
    assert MEANINGS["slip_within"].zh in read(visitor.get(POLICY))
    answer = send(visitor, "outliers.q", "versions", value="2", reason="试")
    assert "此值不可用：outliers.q 应为 0 至 1 的数" in read(answer)


@pytest.mark.parametrize(
    ("role", "looks"),
    [(Role.MANAGER, 200), (Role.FINANCE, 200), (Role.AUDITOR, 200), (Role.SUPERVISOR, 200), (Role.CASHIER, 403)],
)
def test_who_may_not_decide_changes_nothing(role: Role, looks: int, counter: Counter, opening: Opening) -> None:
    hire(counter.database, counter.merchant_id, "pat", role)
    visitor = opening()
    visitor.sign_in("pat")
    page = visitor.get(POLICY)
    assert page.status_code == looks
    assert f"{POLICY}/values" not in page.text
    assert visitor.get(f"{POLICY}/values/slip_within").status_code == 403
    for ending in ("previews", "versions"):
        answer = visitor.post(
            f"{POLICY}/values/slip_within/{ending}", value="5min", reason="x", seen="0", first="x", last="x"
        )
        assert answer.status_code == 403
    assert texts(counter) == []


def test_an_owner_of_one_store_does_not_decide_for_all(counter: Counter, opening: Opening) -> None:
    hire(counter.database, counter.merchant_id, "moe", Role.OWNER, at=OTHER_STORE)
    visitor = opening()
    visitor.sign_in("moe")
    assert visitor.get(f"{POLICY}/values/slip_within").status_code == 403
    answer = visitor.post(f"{POLICY}/values/slip_within/versions", value="5min", reason="x", seen="0")
    assert answer.status_code == 403
    assert texts(counter) == []
