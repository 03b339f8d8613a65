"""What pages hear by themselves: as long as the session lives, never more streams than there is room for."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import pytest

from counterfoil.ids import StaffId, StoreId
from counterfoil.shop.sessions.model import IDLE_MAX
from counterfoil.web import streams
from counterfoil.web.desk import live
from tests.counter.till import Counter
from tests.desk.steps.shop import FAY, OLA, found, hire
from tests.web.conftest import Opening
from tests.web.desk import press
from tests.web.shop import Visitor, give_passwords

#: Longer than a stream of a test takes for a look; what has not happened by then does not happen.
PATIENCE_S = 10.0
LOOKS_S = 0.5


@dataclass(slots=True)
class Listening:
    """A browser with a stream that somebody else's doing is heard on."""

    visitor: Visitor
    counter: Counter

    def to(self, address: str, meanwhile: Callable[[], object] = lambda: None) -> str:
        """Open a stream, let something happen, let the time of the stream pass; return everything that was said."""
        with ThreadPoolExecutor(1) as pool:
            answer = pool.submit(self.visitor.get, address)
            _until(lambda: streams_of(self.visitor).open_n == 1 or answer.done())
            time.sleep(LOOKS_S)
            meanwhile()
            time.sleep(LOOKS_S)
            self.counter.clock.passes(minutes=6)
            page = answer.result(PATIENCE_S)
        assert page.status_code == 200, page.text
        assert page.headers["content-type"].startswith("text/event-stream")
        return page.text


def streams_of(visitor: Visitor) -> streams.Streams:
    """Return the streams of the process that a visitor asks."""
    found: streams.Streams = visitor.client.app.state.faces.streams
    return found


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
def desk(counter: Counter, opening: Opening, monkeypatch: pytest.MonkeyPatch) -> Listening:
    """A browser of somebody who works on cases; its streams look often."""
    monkeypatch.setattr(live, "LOOK_EVERY_S", 0.05)
    hire(counter)
    give_passwords(counter.database, counter.merchant_id, FAY, OLA)
    visitor = opening()
    visitor.sign_in(FAY)
    return Listening(visitor, counter)


def test_the_inbox_hears_its_figures_at_once_and_when_a_case_comes(desk: Listening, counter: Counter) -> None:
    said = desk.to("/desk/live", lambda: found(counter, counter.number("F")))
    figures = [part for part in said.split("\r\n\r\n") if "tile-value" in part]
    assert ">0</p>" in figures[0]
    assert ">1</p>" in figures[-1]


def test_where_nothing_moves_nothing_is_said_again(desk: Listening) -> None:
    said = desk.to("/desk/live")
    assert said.count("In hand") == 1


def test_the_page_of_a_case_hears_who_has_changed_it(desk: Listening, opening: Opening, counter: Counter) -> None:
    case_id = found(counter, counter.number("F"))
    other = opening()
    other.sign_in(OLA)
    said = desk.to(f"/desk/cases/{case_id}/live?seen=1", lambda: press(other, case_id, "/taking"))
    assert "took it" in said
    assert "ola" in said


def test_a_page_that_shows_the_case_as_it_is_hears_nothing(desk: Listening, counter: Counter) -> None:
    case_id = found(counter, counter.number("F"))
    other_case = found(counter, counter.number("F"))
    said = desk.to(f"/desk/cases/{case_id}/live?seen=1", lambda: press(desk.visitor, other_case, "/taking"))
    assert "meanwhile" not in said


def test_a_case_of_another_store_is_not_heard_of(opening: Opening, counter: Counter, desk: Listening) -> None:
    give_passwords(counter.database, counter.merchant_id, StaffId("tom"))
    case_id = found(counter, counter.number("F"), store_id=StoreId("s1"))
    press(desk.visitor, case_id, "/taking")
    other = opening()
    other.sign_in("tom")
    assert "took it" not in Listening(other, counter).to(f"/desk/cases/{case_id}/live?seen=1")


def test_a_stream_ends_with_its_session(desk: Listening, counter: Counter) -> None:
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(desk.visitor.get, "/desk/live")
        _until(lambda: streams_of(desk.visitor).open_n == 1)
        desk.visitor.post("/sign-out", form_on="/desk")
        answer.result(PATIENCE_S)
    assert streams_of(desk.visitor).open_n == 0


def test_streams_end_with_their_process(desk: Listening) -> None:
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(desk.visitor.get, "/desk/live")
        _until(lambda: streams_of(desk.visitor).open_n == 1)
        desk.visitor.client.blocking_portal.call(streams_of(desk.visitor).end)
        assert answer.result(PATIENCE_S).status_code == 200
    assert streams_of(desk.visitor).open_n == 0


def test_a_page_that_is_left_open_keeps_nobody_signed_in(desk: Listening, counter: Counter) -> None:
    began = counter.clock.now
    while counter.clock.now + timedelta(minutes=40) < began + IDLE_MAX:
        counter.clock.passes(minutes=30)
        desk.to("/desk/live")
    counter.clock.now = began + IDLE_MAX
    assert not desk.visitor.is_signed_in()


@pytest.mark.parametrize("most", ["STREAMS_OF_ONE_MAX", "STREAMS_MAX"])
def test_a_page_for_which_there_is_no_room_is_told_to_ask_later_and_nothing_else(
    desk: Listening, monkeypatch: pytest.MonkeyPatch, most: str
) -> None:
    """Seven windows are nobody's fault: their pages used to say "too many tries", and that nothing was looked at."""
    monkeypatch.setattr(streams, most, 0)
    answer = desk.visitor.get("/desk/live")
    assert answer.status_code == 200
    assert answer.text.splitlines() == ["event: later", "data: ", "retry: 60000", ""]
    assert streams_of(desk.visitor).open_n == 0


def test_who_may_not_read_cases_hears_nothing(opening: Opening, desk: Listening) -> None:
    visitor = opening()
    assert visitor.get("/desk/live").status_code == 303
    visitor.sign_in("ann")
    assert visitor.get("/desk/live").status_code == 403
