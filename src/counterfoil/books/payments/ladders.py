"""What is done about an unknown outcome, per channel, as data. Pure: the resolver asks what comes next, and when.

A ladder is a list of rungs, climbed from the first to the last, never down. Each rung is one act, tried a limited
number of times. Past the last rung the payment stays unknown, a finding is open for a person, and the bill decides:
no ladder ends in a guess. Numbers and their sources: docs/reference/channels.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import assert_never

from counterfoil.books.payments.model import Kind


class Act(StrEnum):
    """What a rung does."""

    ASK = "ask"  #: ask the acquirer by our own id
    RESEND = "resend"  #: send the same message again under the same id, where the channel promises to do it once
    REVERSE = "reverse"  #: take back the message, and repeat that until it is answered
    WAIT_FOR_BILL = "wait_for_bill"  #: nothing more can be sent; the acquirer's bill decides


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One step of a ladder."""

    act: Act
    #: How long after the payment was intended the rung may be stepped on, at the earliest.
    not_before: timedelta = timedelta()
    #: How long between two tries.
    every: timedelta
    #: How many tries before the next rung; at least 1.
    tries_max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """The rungs of one channel, from the first to the last."""

    rungs: tuple[Rung, ...]
    #: Where the numbers come from.
    source: str
    #: After this time the channel refuses to reverse: only asking, refunding and the bill are left.
    reverse_within: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Foothold:
    """Where a payment stands on its ladder."""

    rung: int = 0
    tries: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is due next, and when."""

    act: Act
    #: The channel refuses it before this, whoever asks.
    not_before: datetime
    #: When it is due by itself; somebody who insists need not wait for it.
    due_at: datetime
    foothold: Foothold
    #: True for the first step past everything that can be sent: now a person must know.
    expired: bool


def _s(seconds: int) -> timedelta:
    return timedelta(seconds=seconds)


_BILL = Rung(act=Act.WAIT_FOR_BILL, every=timedelta(hours=6), tries_max=1)
_ASK_ON = Rung(act=Act.ASK, every=_s(300), tries_max=24)
#: An undo or a refund goes again under the same id, which these channels answer from the first; between two sends,
#: it is asked for.
_SEND_AGAIN = (
    Rung(act=Act.ASK, every=_s(5), tries_max=3),
    Rung(act=Act.RESEND, every=_s(10), tries_max=6),
    _ASK_ON,
    _BILL,
)

_CARD_HOST = Ladder(
    rungs=(
        Rung(act=Act.REVERSE, every=_s(5), tries_max=6),
        Rung(act=Act.REVERSE, every=_s(60), tries_max=30),
        Rung(act=Act.REVERSE, every=_s(900), tries_max=96),
        _BILL,
    ),
    source="ISO 8583:1987, class 04xx: a reversal is repeated (0401) until it is answered",
)

#: For a reversal that was meant for its own sake, of a payment that nobody needs: it is sent until it is answered.
_REVERSAL = Ladder(
    rungs=(
        Rung(act=Act.RESEND, every=_s(5), tries_max=6),
        Rung(act=Act.RESEND, every=_s(60), tries_max=30),
        Rung(act=Act.RESEND, every=_s(900), tries_max=96),
        _BILL,
    ),
    source="ISO 8583:1987, class 04xx: a reversal is repeated (0401) until it is answered",
)

#: By channel; the first is for sales, the second for voids and refunds.
LADDERS: Mapping[str, tuple[Ladder, Ladder]] = MappingProxyType(
    {
        "iso8583": (_CARD_HOST, _CARD_HOST),
        "stored_value": (
            Ladder(
                rungs=(
                    Rung(act=Act.ASK, every=_s(2), tries_max=3),
                    Rung(act=Act.REVERSE, every=_s(5), tries_max=20),
                    _BILL,
                ),
                source="our own accounts: what was spent stands there under the payment's id",
            ),
            Ladder(
                rungs=(Rung(act=Act.RESEND, every=_s(5), tries_max=20), _BILL),
                source="our own accounts: what is given back stands there under the refund's id",
            ),
        ),
        "stripe": (
            Ladder(
                rungs=(
                    Rung(act=Act.ASK, every=_s(2), tries_max=5),
                    Rung(act=Act.REVERSE, every=_s(10), tries_max=6),
                    _ASK_ON,
                    _BILL,
                ),
                source="Stripe: retrieve the PaymentIntent, then cancel or refund it",
            ),
            Ladder(rungs=_SEND_AGAIN, source="Stripe: idempotent requests"),
        ),
        "wechat": (
            Ladder(
                rungs=(
                    Rung(act=Act.ASK, not_before=_s(5), every=_s(5), tries_max=6),
                    Rung(act=Act.REVERSE, not_before=_s(15), every=_s(10), tries_max=12),
                    _ASK_ON,
                    _BILL,
                ),
                reverse_within=timedelta(days=7),
                source="WeChat Pay, code payment: query, then reverse, not before 15 s and within 7 days",
            ),
            Ladder(rungs=_SEND_AGAIN, source="WeChat Pay: a refund number is answered from its first request"),
        ),
        "alipay": (
            Ladder(
                rungs=(
                    Rung(act=Act.ASK, not_before=_s(5), every=_s(3), tries_max=15),
                    Rung(act=Act.REVERSE, every=_s(5), tries_max=6),
                    _ASK_ON,
                    _BILL,
                ),
                # The channel says the same Beijing day and 15 minutes, and itself knows where its day ends.
                reverse_within=timedelta(hours=24),
                source="Alipay, barcode payment: wait 5 s, query every 3 s, 10 to 20 times, then cancel",
            ),
            Ladder(rungs=_SEND_AGAIN, source="Alipay: out_request_no is answered from its first request"),
        ),
    }
)


def ladder_for(channel: str, kind: Kind) -> Ladder:
    """Return the ladder of a channel for a kind of payment; KeyError for a channel without one (cash)."""
    of_sales, of_returns = LADDERS[channel]
    match kind:
        case Kind.SALE:
            return of_sales
        case Kind.VOID | Kind.REFUND:
            return of_returns
        case Kind.REVERSAL:
            return _REVERSAL
    assert_never(kind)


def next_step(ladder: Ladder, stood: Foothold, *, since: datetime, last_at: datetime | None, now: datetime) -> Step:
    """Return what is due next for a payment that was intended at `since` and last tried at `last_at`.

    Rungs that reverse are passed over where the channel would refuse it. The last rung is never left.
    """
    rung, tries = stood.rung, stood.tries
    while rung < len(ladder.rungs) - 1 and (
        tries >= ladder.rungs[rung].tries_max or _too_late(ladder, rung, since, now)
    ):
        rung, tries = rung + 1, 0
    step = ladder.rungs[rung]
    earliest = since + step.not_before
    due_at = earliest if last_at is None else max(earliest, last_at + step.every)
    return Step(
        act=step.act,
        not_before=earliest,
        due_at=due_at,
        foothold=Foothold(rung=rung, tries=tries + 1),
        expired=step.act is Act.WAIT_FOR_BILL and tries == 0,
    )


def last_act(ladder: Ladder, *, since: datetime, now: datetime) -> Act | None:
    """Return what somebody who insists may still do when everything was tried; None where nothing is left."""
    for rung in range(len(ladder.rungs) - 2, -1, -1):
        if not _too_late(ladder, rung, since, now):
            return ladder.rungs[rung].act
    return None


def rung_after(ladder: Ladder, rung: int, act: Act) -> int:
    """Return the first rung after this one that does something else than `act`; the last rung where there is none."""
    last = len(ladder.rungs) - 1
    return next((n for n in range(rung + 1, last) if ladder.rungs[n].act is not act), last)


def _too_late(ladder: Ladder, rung: int, since: datetime, now: datetime) -> bool:
    within = ladder.reverse_within
    return ladder.rungs[rung].act is Act.REVERSE and within is not None and now > since + within
