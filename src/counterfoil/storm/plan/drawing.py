"""Draws the story of a storm: a pure function of seed, number of sales and rate of faults."""

from __future__ import annotations

from collections.abc import Iterator

from counterfoil.storm.plan.chance import Chance
from counterfoil.storm.plan.model import (
    Closing,
    Course,
    GivingBack,
    Happening,
    Line,
    Means,
    Purchase,
    Then,
    Twist,
    Upload,
)
from counterfoil.storm.shop_map import CASHIERS, ITEMS_N, STORES, SUPERVISORS, price_minor, sku, terminals_of

LINES_MAX = 4
QUANTITY_MAX = 3
#: A till that comes back hands in so many sales at once.
UPLOAD_N = 20

_MEANS = ((Means.CASH, 58), (Means.CARD, 37), (Means.SPLIT, 5))
_MEANS_OFFLINE = ((Means.CASH, 95), (Means.CARD, 5))
_THEN = ((Then.CARD_AGAIN, 5), (Then.CASH, 3), (Then.LEAVES, 2))
_GIVING_BACK = (
    (GivingBack.UNDO, 4),
    (GivingBack.UNDO_TWICE, 2),
    (GivingBack.UNDO_BY_TWO, 2),
    (GivingBack.REFUND_PART, 3),
    (GivingBack.REFUND_PARTS, 2),
    (GivingBack.REFUND_BY_TWO, 2),
    (GivingBack.REFUND_LINE, 2),
)
#: Of a hundred purchases so many are parked first; of a thousand, so many are given back.
_PARKED_RATE, _GIVEN_BACK_RATE, _OFFLINE_RATE = 0.03, 0.02, 0.04
#: How often each twist is met, as shares of the rate of faults.
_TWISTS = (
    (Twist.DOUBLE_CLICK, 6),
    (Twist.IMPATIENT, 6),
    (Twist.TWO_TERMINALS, 3),
    (Twist.NEW_ORDER, 2),
    (Twist.CLOCK_BACK, 2),
    (Twist.CLOCK_AHEAD, 1),
    (Twist.CONFUSED, 1),
)
_CLOCK_AHEAD_S = 900
_CLOCK_BACK_S_MAX = 6 * 3600
#: A till's clock is never quite right.
_CLOCK_DRIFT_S = 30


def story(seed: int, sales: int, faults: float) -> Iterator[Happening]:
    """Yield what happens, in order: so many purchases, and a store that closes in the middle of it all."""
    number = 0
    closed = False
    while number < sales:
        if not closed and number >= sales // 2:
            closed = True
            yield Closing(store_id=STORES[-1], operator_id=SUPERVISORS[0])
        block = Chance(seed=seed, of=f"block {number}")
        left = sales - number
        if number % UPLOAD_N == 0 and left >= UPLOAD_N and block.happens(_OFFLINE_RATE, "offline"):
            numbers = range(number, number + UPLOAD_N)
            yield Upload(purchases=tuple(_offline(seed, one, numbers.start) for one in numbers))
            number += UPLOAD_N
        else:
            yield purchase_of(seed, number, faults)
            number += 1


def purchases(seed: int, sales: int, faults: float) -> Iterator[Purchase]:
    """Yield every purchase of a story, those of uploads too."""
    for happening in story(seed, sales, faults):
        match happening:
            case Purchase():
                yield happening
            case Upload():
                yield from happening.purchases
            case Closing():
                pass


def closings() -> tuple[Closing, ...]:
    """Return the end of the day: every store closes."""
    return tuple(Closing(store_id=store_id, operator_id=SUPERVISORS[1]) for store_id in STORES)


def purchase_of(seed: int, number: int, faults: float) -> Purchase:
    """Draw one purchase."""
    chance = Chance(seed=seed, of=f"purchase {number}")
    twist = chance.one_of(_TWISTS, "twist") if chance.happens(faults, "twisted") else Twist.NONE
    is_plain = twist is Twist.NONE
    is_parked = is_plain and chance.happens(_PARKED_RATE, "parked")
    # Whom two orders of one purchase belong to can be told only by a card; a second cash sale is a second coffee.
    means = Means.CARD if twist is Twist.CONFUSED else chance.one_of(_MEANS, "means")
    is_given_back = is_plain and not is_parked and chance.happens(_GIVEN_BACK_RATE, "given back")
    return _drawn(
        chance,
        number,
        terminal=number,
        means=means,
        course=Course.PARKED if is_parked else Course.AT_ONCE,
        twist=twist,
        giving_back=chance.one_of(_GIVING_BACK, "how back") if is_given_back else GivingBack.NONE,
    )


def _offline(seed: int, number: int, first: int) -> Purchase:
    chance = Chance(seed=seed, of=f"purchase {number}")
    return _drawn(
        chance,
        number,
        terminal=first,
        means=chance.one_of(_MEANS_OFFLINE, "means"),
        course=Course.OFFLINE,
        twist=Twist.NONE,
        giving_back=GivingBack.NONE,
    )


def _drawn(
    chance: Chance,
    number: int,
    *,
    terminal: int,
    means: Means,
    course: Course,
    twist: Twist,
    giving_back: GivingBack,
) -> Purchase:
    store_id = STORES[Chance(seed=chance.seed, of=f"terminal {terminal}").below(len(STORES), "store")]
    terminals = terminals_of(store_id)
    place = Chance(seed=chance.seed, of=f"terminal {terminal}").below(len(terminals), "place")
    first = chance.below(len(SUPERVISORS), "authoriser")
    return Purchase(
        seed=chance.seed,
        number=number,
        store_id=store_id,
        terminal_id=terminals[place],
        other_terminal_id=terminals[(place + 1) % len(terminals)],
        operator_id=CASHIERS[chance.below(len(CASHIERS), "operator")],
        authoriser_ids=(SUPERVISORS[first], SUPERVISORS[(first + 1) % len(SUPERVISORS)]),
        lines=_lines(chance),
        means=means,
        course=course,
        twist=twist,
        then=chance.one_of(_THEN, "then"),
        giving_back=giving_back,
        clock_off_s=_clock_off_s(chance, twist),
        impatience_ms=chance.between(1, 400, "impatience"),
    )


def _lines(chance: Chance) -> tuple[Line, ...]:
    places = dict.fromkeys(
        chance.below(ITEMS_N, f"item {place}") for place in range(chance.between(1, LINES_MAX, "lines"))
    )
    return tuple(
        Line(sku=sku(place), quantity=chance.between(1, QUANTITY_MAX, f"of {place}"), price_minor=price_minor(place))
        for place in places
    )


def _clock_off_s(chance: Chance, twist: Twist) -> int:
    match twist:
        case Twist.CLOCK_AHEAD:
            return _CLOCK_AHEAD_S
        case Twist.CLOCK_BACK:
            return -chance.between(60, _CLOCK_BACK_S_MAX, "clock")
        case _:
            return chance.between(-_CLOCK_DRIFT_S, _CLOCK_DRIFT_S, "clock")
