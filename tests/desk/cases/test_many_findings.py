"""Ten thousand findings at once: as many statements as for one, and a case for each."""

from __future__ import annotations

import time

from counterfoil.desk import store
from counterfoil.desk.cases.following.follow import Followed, follow, follow_everything
from tests.desk.cases.counting import counted
from tests.desk.cases.shop import Desk, finding

MANY = 10_000


def followed(desk: Desk, names: list[str]) -> tuple[Followed, int, float]:
    """Follow findings, and say in how many statements and seconds."""
    with desk.database.transaction(desk.merchant_id) as connection, counted(connection) as count:
        began = time.monotonic()
        told = follow(connection, desk.merchant_id, names, now=desk.now)
        return told, count.n, time.monotonic() - began


def test_ten_thousand_findings_are_followed_in_as_many_statements_as_one(desk: Desk) -> None:
    """The seconds are no promise: a loop over them would take minutes, and more statements."""
    names = [f"F{n}" for n in range(MANY)]
    statements: dict[str, list[int]] = {}
    for chosen in (["one"], names):
        for step, more in {"come": {}, "change": {"severity": "critical"}, "go": None, "return": {}}.items():
            with desk.database.transaction(desk.merchant_id) as connection:
                if more is None:
                    store.lose(connection, desk.merchant_id, chosen, now=desk.now)
                else:
                    # Every tenth is about the same hundred orders, so that matters come together as well.
                    seen = [
                        finding(n, subject=f"order:{n if place % 10 else place % 1000}", **more)
                        for place, n in enumerate(chosen, 1)
                    ]
                    store.see(connection, desk.merchant_id, seen, by="rule", now=desk.now)
            told, n, seconds = followed(desk, chosen)
            statements.setdefault(step, []).append(n)
            assert seconds < 60, step
            assert told.new_n == (len(chosen) if step == "come" else 0)
    assert {step: counts[1] - counts[0] for step, counts in statements.items()} == dict.fromkeys(statements, 0)
    cases = desk.rows("SELECT state, count(*), sum(findings_n), sum(version) FROM cases GROUP BY state")
    assert cases == [("open", 9_101, 10_001, 4 * 9_101)]


def test_following_everything_finds_nothing_more_to_tell(desk: Desk) -> None:
    desk.look(*(finding(f"F{n}") for n in range(100)))
    desk.look(lost=[f"F{n}" for n in range(50)])
    with desk.database.transaction(desk.merchant_id) as connection:
        assert follow_everything(connection, desk.merchant_id, now=desk.now) == Followed()


def test_following_everything_mends_what_was_left_out(desk: Desk) -> None:
    desk.look(finding("A"), finding("B"))
    with desk.database.transaction(desk.merchant_id) as connection:
        store.see(connection, desk.merchant_id, [finding("C")], by="rule", now=desk.now)
        store.lose(connection, desk.merchant_id, ["A"], now=desk.now)
    with desk.database.transaction(desk.merchant_id) as connection:
        told = follow_everything(connection, desk.merchant_id, now=desk.now)
    assert (told.new_n, dict(told.moved)) == (1, {"A": "gone"})
