"""What is bought: the lines of orders, and the totals that they sum to.

A regular's usual is drawn from the person, not from the visit, so that it is the same basket every time.
"""

from __future__ import annotations

import numpy as np

from counterfoil.world import numbers
from counterfoil.world.calendar import SECOND
from counterfoil.world.chance import Bools, Ints
from counterfoil.world.ranking import sums
from counterfoil.world.scene import Scene
from counterfoil.world.sheet import NULL, Sheet, join, sheet
from counterfoil.world.town import PASSERS_BY, SKU_BAG, SKU_COUPON, SKU_DEPOSIT, SKU_SHIPPING, SKU_TIP, SKU_WRAP, SKUS
from counterfoil.world.words import ENTRY, FULFILMENT, LINE_KIND

#: Quantities are ten-thousandths of a piece, as the books have four decimals.
PIECE = 10_000
_GOODS_LINES_MAX = 5
_LINES_WEIGHTS = (45, 27, 15, 8, 5)
_PIECES_WEIGHTS = (82, 14, 4)
_WEIGHED_PER_MILLION = 20_000
_WEIGHT_STEP = 50
_USUAL_PER_MILLION = 600_000
#: Extra lines are numbered from here on; the numbers of an order's lines need not be without gaps.
_EXTRA_LINE_NO = 10
_SHIPPING_FEES = (500, 800, 1200)


def fill_baskets(scene: Scene, visits: Sheet, *, lines_min: Ints, pieces_min: Ints, extras: Bools) -> Sheet:
    """Make the lines of all orders; only where `extras` says so there are coupons, tips, gifts and struck lines."""
    goods = _goods(scene, visits, lines_min, pieces_min)
    shipping = _shipping(scene, visits)
    return join([goods, shipping, *_extras(scene, visits.take(extras), goods)])


def totals(lines: Sheet, first_slot: int, slots: int) -> Ints:
    """Sum the lines that are not struck by slot; a discount subtracts."""
    sign = np.where(lines["kind"] == LINE_KIND["discount"], -1, 1) * (lines["voided"] == NULL)
    return sums(lines["amount"] * sign, lines["slot"] - first_slot, slots)


def _goods(scene: Scene, visits: Sheet, lines_min: Ints, pieces_min: Ints) -> Sheet:
    chance = scene.chance
    usual = (visits["person"] < PASSERS_BY) & chance.happens("usual", visits["slot"], _USUAL_PER_MILLION)
    taste = np.where(usual, visits["person"], PASSERS_BY + visits["slot"])
    lines = np.maximum(1 + chance.pick("lines", taste, _LINES_WEIGHTS), lines_min)
    which = np.repeat(np.arange(len(visits)), lines)
    nth = np.arange(len(which)) - np.repeat(np.cumsum(lines) - lines, lines)
    of = (taste * _GOODS_LINES_MAX)[which] + nth
    sku = np.minimum(chance.below("sku", of, SKUS), chance.below("sku too", of, SKUS))
    pieces = np.where(nth == 0, np.maximum(1 + chance.pick("pieces", of, _PIECES_WEIGHTS), pieces_min[which]), 1)
    weighed = chance.happens("weighed", of, _WEIGHED_PER_MILLION) & (nth > 0)
    qty = np.where(weighed, (1 + chance.below("weight", of, 400)) * _WEIGHT_STEP, pieces * PIECE)
    slot = visits["slot"][which]
    return sheet(
        "lines",
        slot,
        oid=numbers.order(slot),
        line_no=nth + 1,
        sku=sku,
        qty=qty,
        amount=line_amount(scene.town.price(sku), qty),
        kind=np.where(chance.happens("kind unsaid", slot, 100_000), NULL, LINE_KIND["goods"]),
        entry=np.where(visits["channel"][which] == 0, chance.below("entry", of, len(ENTRY)), NULL),
    )


def line_amount(price: Ints, qty: Ints) -> Ints:
    """What so much of an article costs, rounded half up to a minor unit."""
    return (price * qty + PIECE // 2) // PIECE


def _shipping(scene: Scene, visits: Sheet) -> Sheet:
    brought = visits["slot"][visits["fulfil"] == FULFILMENT["delivery"]]
    fee = np.array(_SHIPPING_FEES, dtype=np.int64)[scene.chance.below("shipping", brought, len(_SHIPPING_FEES))]
    return _line(brought, SKU_SHIPPING, fee, "shipping", _EXTRA_LINE_NO)


def _extras(scene: Scene, visits: Sheet, goods: Sheet) -> list[Sheet]:
    chance, slot = scene.chance, visits["slot"]
    first = goods.take(goods["line_no"] == 1)
    amount = first["amount"][np.searchsorted(first["slot"], slot)]
    bag = slot[chance.happens("bag", slot, 40_000)]
    deposit = slot[chance.happens("deposit", slot, 15_000)]
    wrapped = slot[chance.happens("wrapped", slot, 8_000)]
    tipped = slot[chance.happens("tip", slot, 12_000)]
    gift = slot[chance.happens("gift", slot, 20_000)]
    off = chance.happens("coupon", slot, 50_000)
    struck = chance.happens("struck", slot, 15_000)
    gift_sku, struck_sku = chance.below("gift sku", gift, SKUS), chance.below("struck sku", slot[struck], SKUS)
    struck_at = visits["placed"][struck] - chance.between("struck at", slot[struck], 2 * SECOND, 40 * SECOND)
    return [
        _line(bag, SKU_BAG, 50, "fee", _EXTRA_LINE_NO + 1),
        _line(tipped, SKU_TIP, 100 * (1 + chance.below("tip size", tipped, 10)), "tip", _EXTRA_LINE_NO + 2),
        _line(deposit, SKU_DEPOSIT, 1_000, "deposit", _EXTRA_LINE_NO + 6),
        _line(wrapped, SKU_WRAP, 300, "service", _EXTRA_LINE_NO + 7),
        _line(gift, gift_sku, 0, "goods", _EXTRA_LINE_NO + 3),
        _line(
            slot[off],
            SKU_COUPON,
            amount[off] * (1 + chance.below("off", slot[off], 4)) // 10,
            "discount",
            _EXTRA_LINE_NO + 4,
        ),
        _line(slot[struck], struck_sku, scene.town.price(struck_sku), "goods", _EXTRA_LINE_NO + 5).set(
            voided=struck_at
        ),
    ]


def _line(slot: Ints, sku: Ints | int, amount: Ints | int, kind: str, line_no: int) -> Sheet:
    return sheet(
        "lines", slot, oid=numbers.order(slot), line_no=line_no, sku=sku, qty=PIECE, amount=amount, kind=LINE_KIND[kind]
    )
