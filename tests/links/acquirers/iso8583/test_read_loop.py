"""Whatever a host writes: no call hangs, none raises, and nothing that is not the answer is an approval."""

from __future__ import annotations

import gc
import types
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.books.payments.model import Kind
from counterfoil.books.payments.ports import Outcome, Request
from counterfoil.ids import PaymentId
from counterfoil.storm.acquirer.wire import Message, written
from tests.links.acquirers.iso8583.hosts import CARD, QUICK, Script, answer_to, approving, linked
from tests.links.acquirers.till import a_sale, back, soon

_HASTE = replace(QUICK, answer_ms=40)


def sale() -> Request:
    return a_sale(CARD, channel="iso8583")


def signed_on(script: Script) -> Script:
    return lambda message: approving(message) if message.mti == "0800" else script(message)


@settings(max_examples=40)
@given(st.lists(st.binary(max_size=60), max_size=4), st.booleans())
def test_garbage_on_the_wire_neither_hangs_nor_approves(pieces: list[bytes], is_framed: bool) -> None:  # noqa: FBT001 — Hypothesis passes by name
    noise = b"".join(len(piece).to_bytes(2, "big") + piece if is_framed else piece for piece in pieces)
    with linked(signed_on(lambda _: noise), _HASTE) as (acquirer, host, _):
        assert acquirer.charge(sale()).outcome is Outcome.UNKNOWN
        host.script = approving
        assert soon(lambda: acquirer.charge(sale()).outcome is Outcome.APPROVED)


@settings(max_examples=40)
@given(st.data())
def test_an_answer_with_bytes_changed_is_approved_only_if_it_still_repeats_the_question(data: st.DataObject) -> None:
    place, value = data.draw(st.integers(0, 400)), data.draw(st.integers(0, 255))
    sent: list[tuple[Message, bytes]] = []

    def changed(message: Message) -> bytes:
        said = bytearray(approving(message))
        said[2 + place % (len(said) - 2)] = value
        sent.append((message, bytes(said)))
        return bytes(said)

    with linked(signed_on(changed), _HASTE) as (acquirer, _, _):
        answer = acquirer.charge(sale())

    (question, said), *_ = sent
    if answer.outcome is Outcome.APPROVED:
        # Elements that prove nothing may differ (DE 7); a byte may also have been what it was.
        for number in (3, 4, 11, 41, 42, 48, 49):
            assert question.elements[number].encode() in said


def test_garbage_before_an_answer_does_not_cost_the_answer() -> None:
    noise = b"\0\5\xff\xff\xff\xff\xff"
    with linked(signed_on(lambda message: noise + approving(message))) as (acquirer, _, _):
        assert acquirer.charge(sale()).outcome is Outcome.APPROVED


def test_an_answer_in_many_pieces_is_one_answer() -> None:
    with linked() as (acquirer, host, _):
        acquirer.charge(sale())

        def piecemeal(message: Message) -> bytes:
            said = approving(message)
            for byte in said[:-1]:
                host.connections[0].sendall(bytes((byte,)))
            return said[-1:]

        host.script = piecemeal
        assert acquirer.charge(sale()).outcome is Outcome.APPROVED


def test_somebody_elses_answer_is_not_believed_and_is_reported() -> None:
    def of_another(message: Message) -> bytes:
        return written(answer_to(message, e48="SOMEBODY-ELSES-PAYMENT"))

    with linked(signed_on(of_another), _HASTE) as (acquirer, _, late):
        assert acquirer.charge(sale()).outcome is Outcome.UNKNOWN

        assert soon(lambda: bool(late))
        assert (late[0].payment_id, late[0].kind) == (PaymentId("SOMEBODY-ELSES-PAYMENT"), None)
        assert late[0].answer.outcome is Outcome.UNKNOWN


def test_a_sale_and_its_reversal_share_a_trace_number_and_not_their_answers() -> None:
    """The answer to the sale comes when its reversal, with the same trace number, is under way."""
    kept: list[bytes] = []

    def sale_behind_reversal(message: Message) -> bytes:
        if message.mti == "0200":
            kept.append(written(answer_to(message, e37="000000000001")))
            return b""
        return kept.pop() + written(answer_to(message, e37="000000000002"))

    with linked(signed_on(sale_behind_reversal), replace(QUICK, answer_ms=300)) as (acquirer, _, late):
        first = sale()
        assert acquirer.charge(first).outcome is Outcome.UNKNOWN
        answer = acquirer.reverse(replace(back(first, Kind.REVERSAL), stan=first.stan))

        assert (answer.outcome, answer.rrn) == (Outcome.APPROVED, "000000000002")
        assert [(one.payment_id, one.kind, one.answer.rrn) for one in late] == [
            (first.payment_id, Kind.SALE, "000000000001")
        ]


def test_what_is_remembered_is_limited_in_number() -> None:
    kept: list[bytes] = []
    profile = replace(_HASTE, remembered_max=2)
    with linked(signed_on(lambda message: kept.append(approving(message)) or b""), profile) as (acquirer, host, late):
        forgotten, *remembered = [sale() for _ in range(3)]
        for one in (forgotten, *remembered):
            acquirer.charge(one)
        host.script = lambda _: b"".join(kept)
        acquirer.charge(sale())

        assert soon(lambda: len(late) == 3)
        assert [(one.payment_id, one.kind) for one in late] == [
            (forgotten.payment_id, None),
            *[(one.payment_id, Kind.SALE) for one in remembered],
        ]


def test_nothing_of_a_card_outlives_its_call() -> None:
    """Whatever the link still holds, followed from object to object, has no card number, PIN block or chip data."""
    answers = iter((approving, lambda _: b"", lambda _: b"\0\3\xff\xff\xff"))
    with linked(approving, _HASTE) as (acquirer, host, late):
        for script in answers:
            host.script = signed_on(script)
            last = sale()
            acquirer.charge(last)

        held = texts_within(acquirer) + texts_within(late)
        # The search reaches what is remembered of a silent sale.
        assert last.payment_id in held
        for secret in (CARD.number, CARD.chip, CARD.pin_block):
            assert secret is not None
            assert not [text for text in held if secret in text or bytes.fromhex(secret).decode("latin-1") in text]


def texts_within(root: object) -> list[str]:
    """Return every text that can be reached from an object, bytes as characters."""
    code = (type, types.ModuleType, types.FunctionType, types.CodeType, types.FrameType)
    seen: set[int] = set()
    waiting, texts = [root], []
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, code):
            continue
        seen.add(id(one))
        if isinstance(one, str):
            texts.append(one)
        elif isinstance(one, bytes | bytearray):
            texts.append(bytes(one).decode("latin-1"))
        waiting += gc.get_referents(one)
    return texts
