"""The one connection: signed on, kept alive, opened again, and never written to in vain."""

from __future__ import annotations

import threading
from dataclasses import replace

from counterfoil.books.payments.ports import Outcome, Request
from counterfoil.storm.acquirer.wire import Message, written
from tests.links.acquirers.iso8583.hosts import CARD, QUICK, answer_to, approving, linked
from tests.links.acquirers.till import a_sale, at_once, soon


def sale() -> Request:
    return a_sale(CARD, channel="iso8583")


def test_a_connection_begins_with_a_sign_on_and_carries_all_that_follows() -> None:
    with linked() as (acquirer, host, _):
        assert [acquirer.charge(sale()).outcome for _ in range(3)] == [Outcome.APPROVED] * 3

        assert [(message.mti, message.get(70)) for message in host.heard] == [
            ("0800", "001"),
            ("0200", ""),
            ("0200", ""),
            ("0200", ""),
        ]
        assert len(host.connections) == 1


def test_many_tills_that_come_first_share_one_sign_on() -> None:
    with linked() as (acquirer, host, _):
        answers = at_once(*[lambda: acquirer.charge(sale())] * 8)

        assert {answer.outcome for answer in answers} == {Outcome.APPROVED}
        assert [message.mti for message in host.heard].count("0800") == 1


def test_a_host_that_refuses_the_sign_on_is_told_nothing_else() -> None:
    with linked(lambda message: written(answer_to(message, e39="05"))) as (acquirer, host, _):
        answer = acquirer.charge(sale())

        assert answer.outcome is Outcome.NOT_SENT
        assert "sign-on" in answer.note
        assert [message.mti for message in host.heard] == ["0800"]


def test_a_host_that_is_silent_about_the_sign_on_is_told_nothing_else() -> None:
    with linked(lambda _: b"", replace(QUICK, answer_ms=50)) as (acquirer, host, _):
        assert acquirer.charge(sale()).outcome is Outcome.NOT_SENT
        assert [message.mti for message in host.heard] == ["0800"]


def test_an_idle_line_is_kept_alive_by_echoes() -> None:
    with linked(profile=replace(QUICK, echo_after_ms=30)) as (acquirer, host, late):
        acquirer.charge(sale())

        assert soon(lambda: [message.get(70) for message in host.heard].count("301") > 1)
        assert len(host.connections) == 1
        assert acquirer.charge(sale()).outcome is Outcome.APPROVED
        assert late == []


def test_a_line_on_which_echoes_are_not_answered_is_given_up_and_opened_again() -> None:
    def deaf_to_echoes(message: Message) -> bytes:
        return b"" if message.get(70) == "301" else approving(message)

    with linked(deaf_to_echoes, replace(QUICK, echo_after_ms=30)) as (acquirer, host, _):
        acquirer.charge(sale())
        line = host.connections[0]

        assert soon(lambda: line.fileno() == -1)
        assert acquirer.charge(sale()).outcome is Outcome.APPROVED
        assert len(host.connections) == 2


def test_the_hosts_own_sign_of_life_is_answered() -> None:
    echo = Message(mti="0800", elements={7: "1129015223", 11: "000777", 70: "301"})
    with linked(lambda message: approving(message) + written(echo)) as (acquirer, host, _):
        acquirer.charge(sale())

        assert soon(lambda: any(message.mti == "0810" for message in host.heard))
        answer = next(message for message in host.heard if message.mti == "0810")
        assert (answer.get(11), answer.get(70), answer.get(39)) == ("000777", "301", "00")


def test_a_host_that_cannot_be_reached_is_not_tried_again_within_the_pause() -> None:
    with linked(profile=replace(QUICK, back_off_ms=60_000, back_off_ms_max=60_000)) as (acquirer, host, _):
        host.close()

        assert "cannot be reached" in acquirer.charge(sale()).note
        again = acquirer.charge(sale())
        assert again.outcome is Outcome.NOT_SENT
        assert "a moment ago" in again.note


def test_a_line_that_the_host_has_hung_up_costs_no_sale() -> None:
    with linked() as (acquirer, host, _):
        for _ in range(5):
            assert acquirer.charge(sale()).outcome is Outcome.APPROVED
            # Nobody waits for the read loop to notice: the next sale may come first.
            host.hang_up()

        assert acquirer.charge(sale()).outcome is Outcome.APPROVED


def test_a_line_that_ends_under_a_sale_leaves_it_unknown_at_once() -> None:
    def hang_up_on_sales(message: Message) -> bytes | None:
        return approving(message) if message.mti == "0800" else None

    with linked(hang_up_on_sales, replace(QUICK, answer_ms=60_000)) as (acquirer, _, _):
        answer = acquirer.charge(sale())

        assert answer.outcome is Outcome.UNKNOWN
        assert "connection" in answer.note


def test_close_leaves_no_thread_behind() -> None:
    before = set(threading.enumerate())
    with linked() as (acquirer, host, _):
        acquirer.charge(sale())
        acquirer.close()
        host.close()

        assert soon(lambda: not set(threading.enumerate()) - before)


def test_a_listener_that_fails_ends_the_line_and_not_the_link() -> None:
    """The port forbids `on_late` to raise; if it does, nobody is left waiting on a line that nobody reads."""
    twice = threading.Event()

    def twice_once(message: Message) -> bytes:
        said = approving(message)
        if message.mti == "0200" and not twice.is_set():
            twice.set()
            return said * 2
        return said

    seen: list[object] = []
    before, threading.excepthook = threading.excepthook, lambda args: seen.append(args.exc_type)
    try:
        with linked(twice_once) as (acquirer, host, _):
            acquirer._on_late = lambda _: 1 // 0
            assert acquirer.charge(sale()).outcome is Outcome.APPROVED
            assert soon(lambda: seen == [ZeroDivisionError])
            assert acquirer.charge(sale()).outcome is Outcome.APPROVED
            assert len(host.connections) == 2
    finally:
        threading.excepthook = before
