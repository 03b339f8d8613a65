"""A watch that looks no more is told of at the desk, in the office and in health; one that has just begun is not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from litestar.testing import TestClient
from sqlalchemy.dialects.postgresql import insert

from counterfoil.desk.lateness import LATE_AFTER
from counterfoil.desk.tables import WATCH_STANDS
from counterfoil.serving.application import application
from tests.counter.shop import OPENING
from tests.counter.till import Counter
from tests.web.desk import read
from tests.web.shop import Visitor

SOON = timedelta(seconds=1)
SAID = "The books have not been looked at since"
SAID_ZH = "账本未再被核查"


def looked(counter: Counter, through: datetime) -> None:
    """Write how far the watch has read, as a look does that came to its end."""
    with counter.database.transaction(counter.merchant_id) as connection:
        row = {"merchant_id": counter.merchant_id, "read_through": through, "policy_digest": "x"}
        stand = insert(WATCH_STANDS).values(row)
        newer = {"read_through": stand.excluded.read_through}
        connection.execute(stand.on_conflict_do_update(index_elements=["merchant_id"], set_=newer))


def test_a_shop_that_was_just_opened_is_told_nothing(desk: Visitor, counter: Counter) -> None:
    looked(counter, OPENING - timedelta(days=3))
    counter.clock.now = OPENING + LATE_AFTER - SOON
    assert SAID not in read(desk.get("/desk"))


def test_a_watch_that_does_not_look_is_told_of_with_its_time_and_what_to_do(desk: Visitor, counter: Counter) -> None:
    looked(counter, OPENING - timedelta(days=3))
    counter.clock.now = OPENING + LATE_AFTER + SOON
    for page in ("/desk", "/office"):
        said = read(desk.get(page))
        assert SAID in said
        assert "Tills go on selling" in said
        assert "Decide it as it was" in said


def test_it_is_told_in_chinese_too(desk: Visitor, counter: Counter) -> None:
    counter.clock.now = OPENING + LATE_AFTER + SOON
    desk.post("/look", language="zh")
    for page in ("/desk", "/office"):
        said = read(desk.get(page))
        assert SAID_ZH in said
        assert "请改回原值" in said


def test_a_look_that_came_to_its_end_takes_it_away(desk: Visitor, counter: Counter) -> None:
    now = counter.clock.now = OPENING + LATE_AFTER + SOON
    assert SAID in read(desk.get("/desk"))
    looked(counter, now - LATE_AFTER)
    assert SAID not in read(desk.get("/desk"))


@pytest.fixture
def health(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ANN401 — asks, and returns what JSON holds
    """Ask how the house stands, at the test's own time."""
    monkeypatch.setattr("counterfoil.api.health.clock.now", counter.clock)
    with TestClient(application(counter.another_house())) as client:

        def asked() -> dict[str, Any]:
            answer = client.get("/api/v1/health")
            assert answer.status_code == 200, answer.text
            told: dict[str, Any] = answer.json()
            return told

        yield asked


def test_health_says_what_is_amiss_and_stays_ready_for_tills(health: Any, counter: Counter) -> None:  # noqa: ANN401 — as above
    looked(counter, OPENING - timedelta(days=400))
    counter.clock.now = OPENING + LATE_AFTER - SOON
    assert health()["amiss"] == []
    counter.clock.now = OPENING + LATE_AFTER + SOON
    told = health()
    assert told["status"] == "ready"
    [amiss] = told["amiss"]
    assert amiss["code"] == "books_not_watched"
    assert datetime.fromisoformat(amiss["since"]) == OPENING - timedelta(days=400)
    assert "watch_failed" in amiss["detail_en"]
    assert "watch_failed" in amiss["detail_zh"]
