"""Why a return is not tied to an order, in order of precedence: the first that holds is the answer. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from counterfoil.languages import Text
from counterfoil.refusals import Refused


class TieRefusal(StrEnum):
    """An expected "no" to a tie. None of them writes anything."""

    NO_SUCH_RETURN = "no_such_return"
    HAS_ITS_ORDER = "has_its_order"
    TIED_ALREADY = "tied_already"
    NOT_TIED = "not_tied"
    NO_SUCH_ORIGINAL = "no_such_original"
    SEVERAL_ORIGINALS = "several_originals"
    ORIGINAL_IS_PRACTICE = "original_is_practice"
    ORIGINAL_IN_OTHER_CURRENCY = "original_in_other_currency"
    ORIGINAL_IS_LATER = "original_is_later"
    NOT_SOLD_THERE = "not_sold_there"
    BEYOND_SOLD = "beyond_sold"
    BEYOND_TAKEN = "beyond_taken"

    def is_transient(self) -> bool:
        """Whether the same press may succeed later, unchanged: never; another order is named, or nothing is."""
        return False


TEXTS: Mapping[TieRefusal, Text] = MappingProxyType(
    {
        TieRefusal.NO_SUCH_RETURN: Text(
            en="Return {return_id} is not in the live books; nothing was done. "
            "What came from a file is put right there.",
            zh="实时账本中没有退货 {return_id}，未执行任何操作。来自文件的记录请在文件中更正。",
        ),
        TieRefusal.HAS_ITS_ORDER: Text(
            en="Return {return_id} names order {order_id}, which is in the books; nothing was done.",
            zh="退货 {return_id} 已写明原单 {order_id}，且该订单在账，未执行任何操作。",
        ),
        TieRefusal.TIED_ALREADY: Text(
            en="Return {return_id} is linked to order {order_id}; nothing was done. Take that link back first.",
            zh="退货 {return_id} 已关联订单 {order_id}，未执行任何操作。请先取消该关联。",
        ),
        TieRefusal.NOT_TIED: Text(
            en="Return {return_id} is linked to no order any more; nothing was done. Look at the case again.",
            zh="退货 {return_id} 目前没有关联订单，未执行任何操作。请重新查看个案。",
        ),
        TieRefusal.NO_SUCH_ORIGINAL: Text(
            en="There is no order {order_id} of this merchant; nothing was done. Enter the number as on its slip.",
            zh="本商户没有订单 {order_id}，未执行任何操作。请按小票输入单号。",
        ),
        TieRefusal.SEVERAL_ORIGINALS: Text(
            en="The number {number} is of several orders: {orders}; nothing was done. Enter one of these.",
            zh="单号 {number} 对应多个订单：{orders}，未执行任何操作。请输入其中之一。",
        ),
        TieRefusal.ORIGINAL_IS_PRACTICE: Text(
            en="Order {order_id} is a practice sale; nothing was done. Goods of a real sale come back.",
            zh="订单 {order_id} 是练习订单，未执行任何操作。退货只能对应真实销售。",
        ),
        TieRefusal.ORIGINAL_IN_OTHER_CURRENCY: Text(
            en="The return is in {asked}, and order {order_id} in {found}; nothing was done. Look for another order.",
            zh="退货币种为 {asked}，订单 {order_id} 为 {found}，未执行任何操作。请查找其他订单。",
        ),
        TieRefusal.ORIGINAL_IS_LATER: Text(
            en="Order {order_id} was placed after the return was asked for; nothing was done. Look for an earlier one.",
            zh="订单 {order_id} 晚于退货申请，未执行任何操作。请查找更早的订单。",
        ),
        TieRefusal.NOT_SOLD_THERE: Text(
            en="{sku} came back, and order {order_id} did not sell it; nothing was done. Look for another order.",
            zh="退回的 {sku} 不在订单 {order_id} 中，未执行任何操作。请查找其他订单。",
        ),
        TieRefusal.BEYOND_SOLD: Text(
            en="{asked} of {sku} came back, and of order {order_id} only {found} could; nothing was done. "
            "Look for another order.",
            zh="{sku} 退回 {asked} 件，订单 {order_id} 仅剩 {found} 件可退，未执行任何操作。请查找其他订单。",
        ),
        TieRefusal.BEYOND_TAKEN: Text(
            en="With this return {asked} of {currency} went back of order {order_id}, in minor units, and only {found} "
            "were taken for it; nothing was done. Look for another order.",
            zh="加上此次退货，订单 {order_id} 共退 {asked}（{currency}，最小货币单位），而实收仅 {found}，"
            "未执行任何操作。请查找其他订单。",
        ),
    }
)


def refused(code: TieRefusal, **facts: object) -> Refused:
    """Make the refusal of a tie."""
    return Refused(code=code, text=TEXTS[code], facts=facts, transient=code.is_transient())
