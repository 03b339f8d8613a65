"""No page keeps anybody out: every one, in both languages, is held to the rules of access by axe-core."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Literal

import pytest
import sqlalchemy as sa

from counterfoil.desk.audits.tables import AUDITS
from counterfoil.desk.keeping import keep
from counterfoil.languages import Language
from counterfoil.shop.staff.model import Role
from counterfoil.web.reference import routes
from tests.counter.counters import town as town
from tests.counter.shop import ANN
from tests.desk.cases.shop import finding
from tests.web.audits import BILL
from tests.web.audits import quick as quick
from tests.web.shop import hire
from tests.web.street import Street
from tests.web.street import street as street
from tests.web.street import street_watcher as street_watcher
from tests.web.walking import Walker, walking

pytestmark = pytest.mark.browser

OWNER = "ola"
#: One of each exception, with its next step.
CASES = (
    ("unconfirmed_delivery", "not_shipped", "ship_or_refund"),
    ("duplicate_order", "double_charge", "refund_the_double_once"),
    ("void_mismatch", "void_not_honoured", "give_the_money_back"),
    ("missing_slip", "charged_no_order", "rebuild_the_order_or_refund"),
    ("orphan_return", "refund_without_order", "find_the_original"),
)
#: What is opened at each address, by whoever owns the shop; the rest is opened by `audits_in_every_state`, or before.
OPENED: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "/design": ("/design",),
        "/design/problems/{name}": tuple(
            f"/design/problems/{name}" for name in ("403", "404", "413", "419", "refused")
        ),
        "/desk": ("/desk", "/desk?severity=info"),
        "/desk/cases/{case_id}": tuple(f"/desk/cases/of-{exception}" for exception, *_ in CASES),
        "/office": ("/office",),
        "/office/audits": ("/office/audits",),
        "/office/bills": ("/office/bills",),
        "/office/items": ("/office/items",),
        "/office/items/imports/file": ("/office/items/imports/file",),
        "/office/items/{sku}": ("/office/items/bread",),
        "/office/journal": ("/office/journal",),
        "/office/overview": ("/office/overview", "/office/overview?days=90"),
        "/office/people": ("/office/people",),
        "/office/policy": ("/office/policy",),
        "/office/policy/limits": ("/office/policy/limits",),
        "/office/policy/limits/{role}": ("/office/policy/limits/supervisor",),
        "/office/policy/scale-codes": ("/office/policy/scale-codes", "/office/policy/scale-codes?code=2100011001234"),
        "/office/policy/values/{key}": ("/office/policy/values/slip_within",),
        "/office/people/{staff_id}": ("/office/people/ann",),
        "/office/terminals": ("/office/terminals",),
    }
)
#: Opened on the way: before anybody has signed in, without a role, at a till, and as an audit goes on.
ON_THE_WAY = frozenset(
    {
        *("/sign-in", "/welcome", "/till", "/till/choice", "/till/switch", "/office/audits/{audit_id}"),
        "/desk/cases/{case_id}/slips/{order_id}",
    }
)
#: No pages: one leads on, two are heard, one is a part of a page, and the report has tests of its own.
NO_PAGES = frozenset(
    {
        *("/", "/desk/live", "/desk/cases/{case_id}/live"),
        *("/office/audits/{audit_id}/now", "/office/audits/{audit_id}/report"),
    }
)


def test_every_page_of_the_reference_is_held_to_it() -> None:
    addresses = {route.path for route in routes() if route.method == "GET" and not route.path.startswith("/till/data")}
    assert addresses == OPENED.keys() | ON_THE_WAY | NO_PAGES


def broken(walker: Walker) -> Iterator[str]:
    """Yield what keeps somebody out of the page as it stands, with everything unfolded."""
    walker.page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
    for barrier in walker.barriers():
        yield f"{walker.page.url}: {barrier}"


def look_of(street: Street) -> Literal["light", "dark"]:
    """Return the colours in which a language is looked at, so that both are."""
    return "light" if street.language is Language.EN else "dark"


def one_case_of_each_exception(street: Street) -> None:
    with street.house.database.transaction(street.merchant_id) as connection:
        seen = [
            finding(
                f"of-{exception}",
                exception=exception,
                diagnosis=diagnosis,
                next_step=next_step,
                occurred_at=street.clock(),
                evidence=[{"table": "orders", "id": "A17", "file": "orders.csv", "line": 7}],
            )
            for exception, diagnosis, next_step in CASES
        ]
        keep(connection, street.merchant_id, seen=seen, by="rule", now=street.clock())


def slip_owed(street: Street) -> str:
    """Let a sale owe its slip, and return where it is printed."""
    order_id = street.last("order_id", "orders")
    with street.house.database.transaction(street.merchant_id) as connection:
        seen = [
            finding(
                "of-slip",
                diagnosis="paid_no_slip",
                next_step="send_the_slip",
                subject=f"order:{order_id}",
                occurred_at=street.clock(),
            )
        ]
        keep(connection, street.merchant_id, seen=seen, by="rule", now=street.clock())
    return f"/desk/cases/of-slip/slips/{order_id}"


def audits_in_every_state(walker: Walker, street: Street) -> Iterator[str]:
    """Begin an audit, take it through to the desk, and look at its page wherever it stands."""
    walker.goes_to("/office/audits")
    walker.press(en="Begin an audit", zh="新建审计")
    walker.sees(en="No file yet", zh="还没有文件")
    yield from broken(walker)
    walker.drops(BILL)
    walker.sees(en="1 file is here.", zh="已接收 1 个文件。")
    yield from broken(walker)
    walker.press(en="Run the audit", zh="开始审计")
    walker.sees(en="The worker takes it up when it is free.", zh="后台空闲后即开始处理。")
    yield from broken(walker)
    now = street.clock()
    begun = {"state": "running", "stage": "rules", "share": 40, "beat_at": now}
    failed = {"state": "failed", "beat_at": None, "why_en": "no book is in it", "why_zh": "其中没有账本"}
    cancelled = {"state": "cancelled", "why_en": None, "why_zh": None}
    for values in (begun, failed, cancelled):
        yield from broken_where_it_is(walker, street, changed_at=now, **values)
    walker.press(en="Run it again", zh="重新运行")
    walker.sees(en="The worker takes it up when it is free.", zh="后台空闲后即开始处理。")
    street.work()
    walker.sees(en="Open the report", zh="打开报告")
    yield from broken(walker)
    taken = {"taken_at": now, "taken_new_n": 2, "taken_known_n": 1, "taken_not_theirs_n": 1}
    for values in ({"take_asked_by": OWNER}, taken, {"removed_at": now}):
        yield from broken_where_it_is(walker, street, **values)


def broken_where_it_is(walker: Walker, street: Street, **values: object) -> Iterator[str]:
    """Put the audit where it may come to stand, and hold its page to the rules there."""
    with street.house.database.transaction(street.merchant_id) as connection:
        connection.execute(sa.update(AUDITS).values(**values))
    walker.page.reload()
    yield from broken(walker)


@pytest.mark.usefixtures("quick")
def test_no_page_breaks_the_rules_of_access(street: Street) -> None:
    hire(street.house.database, street.merchant_id, OWNER, Role.OWNER, language=street.language)
    street.sells("bread")
    one_case_of_each_exception(street)
    wrong: list[str] = []
    with walking(street, theme=look_of(street)) as ola:
        ola.goes_to("/sign-in")
        wrong += broken(ola)
        ola.sign_in(OWNER, "/design")
        for path in (path for paths in OPENED.values() for path in paths):
            ola.goes_to(path)
            wrong += broken(ola)
        ola.goes_to(slip_owed(street))
        ola.sees(en="Did the slip come out?", zh="小票打印出来了吗？")
        wrong += broken(ola)
        ola.press(en="Yes, it came out", zh="是，已打印")
        ola.sees(en="The slip is printed, and the books know it.", zh="小票已打印，并已登记。")
        ola.follow(en="Print a copy", zh="补打副本")
        wrong += broken(ola)
        wrong += audits_in_every_state(ola, street)
        ola.goes_to("/nowhere")
        ola.sees(en="There is nothing here", zh="此地址没有内容")
        wrong += broken(ola)
        assert wrong == []
    hire(street.house.database, street.merchant_id, "ned", language=street.language)
    with walking(street, theme=look_of(street)) as ned:
        ned.sign_in("ned", "/welcome")
        ned.sees(en="You have no role here yet", zh="您还没有任何角色")
        wrong += broken(ned)
    with walking(street, theme=look_of(street)) as ann:
        ann.sign_in(ANN, "/till")
        wrong += broken(ann)
        ann.page.get_by_role("radio").first.check()
        ann.press(en="Open this till", zh="使用这台收银机")
        ann.sees(en="The basket is empty", zh="购物篮是空的")
        wrong += broken(ann)
        ann.goes_to("/till/switch")
        wrong += broken(ann)
        ann.goes_to("/desk")
        ann.sees(en="You may not open this", zh="您无权打开此页")
        wrong += broken(ann)
    assert wrong == []
