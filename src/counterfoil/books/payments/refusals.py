"""Why a verb after the sale is refused, in order of precedence: the first that holds is the answer. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from counterfoil.languages import Text


class PaymentRefusal(StrEnum):
    """An expected "no" to a verb of the payments book. None of them moves money or leaves anything behind."""

    BAD_ID = "bad_id"
    NO_SUCH_STORE = "no_such_store"
    NO_SUCH_STAFF = "no_such_staff"
    DAY_NOT_BEGUN = "day_not_begun"
    DAY_BEFORE_FIRST_SALE = "day_before_first_sale"
    NO_SUCH_ORDER = "no_such_order"
    NO_SUCH_PAYMENT = "no_such_payment"
    MAY_NOT = "may_not"
    PIN_LOCKED = "pin_locked"
    PIN_REFUSED = "pin_refused"
    ORDER_IS_CLOSED = "order_is_closed"
    TENDER_NOT_TAKEN = "tender_not_taken"
    NOTHING_PRESENTED = "nothing_presented"
    ANOTHER_IS_UNKNOWN = "another_is_unknown"
    PAID_IN_PART = "paid_in_part"
    NOT_POSITIVE = "not_positive"
    ABOVE_DUE = "above_due"
    HANDED_TOO_LITTLE = "handed_too_little"
    ID_TAKEN = "id_taken"
    NOT_A_SALE = "not_a_sale"
    OUTCOME_UNKNOWN = "outcome_unknown"
    NOTHING_TAKEN = "nothing_taken"
    ALREADY_VOIDED = "already_voided"
    VOID_UNDER_WAY = "void_under_way"
    REASON_MISSING = "reason_missing"
    REASON_HOLDS_NUMBER = "reason_holds_number"
    SECOND_PERSON_MISSING = "second_person_missing"
    ABOVE_CAPTURE = "above_capture"
    NOT_THIS_KIND = "not_this_kind"
    NO_CHANNEL = "no_channel"
    ABOVE_SOLD = "above_sold"
    GOODS_NOT_SOLD = "goods_not_sold"
    EQUAL_WENT_BACK = "equal_went_back"

    def is_transient(self) -> bool:
        """Whether the same request may succeed later, unchanged."""
        return self in {
            PaymentRefusal.ANOTHER_IS_UNKNOWN,
            PaymentRefusal.OUTCOME_UNKNOWN,
            PaymentRefusal.VOID_UNDER_WAY,
        }


TEXTS: Mapping[PaymentRefusal, Text] = MappingProxyType(
    {
        PaymentRefusal.BAD_ID: Text(
            en="{field} is no usable id: 1 to 64 letters, digits and . _ : @ + -, with a letter or digit first.",
            zh="{field} 不能用作编号：须为 1 至 64 个字母、数字或 . _ : @ + -，并以字母或数字开头。",
        ),
        PaymentRefusal.NO_SUCH_STORE: Text(
            en="There is no store {store_id} here. Check the till's settings.",
            zh="此处没有门店 {store_id}。请检查收银台设置。",
        ),
        PaymentRefusal.DAY_NOT_BEGUN: Text(
            en="{business_date} has not begun: the store trades on {today}. Close that day.",
            zh="{business_date} 尚未开始：门店当前营业日为 {today}。请结该日。",
        ),
        PaymentRefusal.DAY_BEFORE_FIRST_SALE: Text(
            en="{business_date} cannot be closed: store {store_id} had sold nothing by then. It is {today} there now.",
            zh="{business_date} 无法结账：门店 {store_id} 当日及之前没有任何销售。当前营业日为 {today}。",
        ),
        PaymentRefusal.NO_SUCH_STAFF: Text(
            en="Nobody of the id {staff_id} works here, or they have left. Sign in again.",
            zh="此处没有编号为 {staff_id} 的员工，或其已离职。请重新登录。",
        ),
        PaymentRefusal.NO_SUCH_ORDER: Text(
            en="There is no order {order_id}. Look it up by its slip, its time or its amount.",
            zh="没有订单 {order_id}。请按小票、时间或金额查找。",
        ),
        PaymentRefusal.NO_SUCH_PAYMENT: Text(
            en="There is no payment {payment_id}. Look at the order's payments.",
            zh="没有付款 {payment_id}。请查看该订单的付款。",
        ),
        PaymentRefusal.MAY_NOT: Text(
            en="{staff_id} may not {verb} in that store. Somebody who may has to give their PIN.",
            zh="{staff_id} 无权在该门店执行 {verb}。须由有权限的人员输入 PIN。",
        ),
        PaymentRefusal.PIN_LOCKED: Text(
            en="Too many wrong PINs were entered for this person: none is taken until {until}. Nothing was done; wait, "
            "or ask somebody else.",
            zh="此人的 PIN 多次输入错误，{until} 之前不再受理。未执行任何操作；请等待，或请他人授权。",
        ),
        PaymentRefusal.PIN_REFUSED: Text(
            en="The PIN was not accepted ({why}). Nothing was done.", zh="PIN 未被接受（{why}）。未执行任何操作。"
        ),
        PaymentRefusal.ORDER_IS_CLOSED: Text(
            en="The order {order_id} is {state}; nothing more is paid on it.",
            zh="订单 {order_id} 的状态为“{state}”，不再收款。",
        ),
        PaymentRefusal.TENDER_NOT_TAKEN: Text(
            en="The tender {found} is not taken at this till. Offer another one.",
            zh="本收银台不接受付款方式 {found}。请换一种。",
        ),
        PaymentRefusal.NOTHING_PRESENTED: Text(
            en="The tender {found} needs a card or a payment code. Ask the customer to present it.",
            zh="付款方式 {found} 需要出示银行卡或付款码。请顾客出示。",
        ),
        PaymentRefusal.ANOTHER_IS_UNKNOWN: Text(
            en="Payment {payment_id} of this order is being asked for at the acquirer. Do not charge again; wait.",
            zh="本订单的付款 {payment_id} 正在向收单机构查询。请勿再次收款，等待结果。",
        ),
        PaymentRefusal.PAID_IN_PART: Text(
            en="Order {order_id} holds {held} (minor units) already. Void that first, then give the order up.",
            zh="订单 {order_id} 已收 {held}（最小货币单位）。请先撤销付款，再取消订单。",
        ),
        PaymentRefusal.NOT_POSITIVE: Text(
            en="{field} is {found}, and amounts are above zero: a refund's, too (minor units). Enter how much it is.",
            zh="{field} 为 {found}，而金额须大于零，退款亦然（最小货币单位）。请输入金额。",
        ),
        PaymentRefusal.ABOVE_DUE: Text(
            en="{found} is more than is still due: {due} (minor units).",
            zh="{found} 超过尚欠金额 {due}（最小货币单位）。",
        ),
        PaymentRefusal.HANDED_TOO_LITTLE: Text(
            en="{found} was handed over for {expected} (minor units). Ask for the rest, or split the tender.",
            zh="收到现金 {found}，应付 {expected}（最小货币单位）。请补足，或拆分付款。",
        ),
        PaymentRefusal.ID_TAKEN: Text(
            en="The id {payment_id} was used for something else. Make a new id for a new payment.",
            zh="编号 {payment_id} 已作他用。新的付款请使用新编号。",
        ),
        PaymentRefusal.NOT_A_SALE: Text(
            en="{payment_id} is a {kind}; only a sale can be undone or refunded.",
            zh="{payment_id} 是 {kind}；只有销售付款可以撤销或退款。",
        ),
        PaymentRefusal.OUTCOME_UNKNOWN: Text(
            en="Nobody knows yet whether {payment_id} was taken; the acquirer is being asked. Try again later.",
            zh="尚不知 {payment_id} 是否已扣款，正在向收单机构查询。请待有结果后再试。",
        ),
        PaymentRefusal.NOTHING_TAKEN: Text(
            en="Nothing was taken by {payment_id}, so there is nothing to give back.",
            zh="{payment_id} 未扣款，无需退还。",
        ),
        PaymentRefusal.ALREADY_VOIDED: Text(
            en="{payment_id} was voided already. Nothing was done again.", zh="{payment_id} 已撤销。未重复执行。"
        ),
        PaymentRefusal.VOID_UNDER_WAY: Text(
            en="A void of {payment_id} is under way and not proven yet. Wait for it.",
            zh="{payment_id} 的撤销正在进行，尚未确认。请等待。",
        ),
        PaymentRefusal.REASON_HOLDS_NUMBER: Text(
            en="The reason holds what looks like a card number or a PIN, which are never kept. Nothing was done: leave "
            "it out, and ask again.",
            zh="原因中含有疑似卡号或 PIN 的内容，此类内容一律不保存。未作任何更改：请删去后重试。",
        ),
        PaymentRefusal.REASON_MISSING: Text(
            en="Say why, in at most 200 characters: a reason is missing.", zh="请说明原因，不超过 200 个字。"
        ),
        PaymentRefusal.SECOND_PERSON_MISSING: Text(
            en="A second person has to allow this with their PIN.", zh="须由第二人输入 PIN 授权。"
        ),
        PaymentRefusal.ABOVE_CAPTURE: Text(
            en="{found} cannot be given back: {left} of this payment are left (minor units).",
            zh="无法退还 {found}：该付款尚可退 {left}（最小货币单位）。",
        ),
        PaymentRefusal.NO_CHANNEL: Text(
            en="Payment {payment_id} was taken by {acquirer}, and no channel to it is set up here; nothing was done. "
            "Give the money back where it was taken, or set the channel up in counterfoil.toml, and ask again.",
            zh="付款 {payment_id} 由 {acquirer} 收取，本系统未配置其通道，未执行任何操作。"
            "请在原收款处退款，或在 counterfoil.toml 中配置该通道后重试。",
        ),
        PaymentRefusal.NOT_THIS_KIND: Text(
            en="A {asked} of {payment_id} is not possible any more or not yet; a {right} is. Ask for that one.",
            zh="{payment_id} 目前不能 {asked}，可以 {right}。请改用后者。",
        ),
        PaymentRefusal.ABOVE_SOLD: Text(
            en="Line {line_no}: {found} cannot be given back; so much of it is not left. Look at the sale's lines.",
            zh="第 {line_no} 行：无法退 {found}，剩余可退数量不足。请查看该销售的明细。",
        ),
        PaymentRefusal.GOODS_NOT_SOLD: Text(
            en="Sale {order_id} is not paid in full, so its goods are the shop's still; nothing went back. Give the "
            "money back without naming goods.",
            zh="销售 {order_id} 尚未付清，商品仍属本店，未退任何款项。请只退款，不要选择商品。",
        ),
        PaymentRefusal.EQUAL_WENT_BACK: Text(
            en="Of an equal sale money went back already ({numbers}): with this, less than one of the two would stay "
            "paid. Nothing was done. If both were brought back, or are of two customers, say so and ask again.",
            zh="相同的一单（{numbers}）已经退款，若再退，两单合计将不足一单的金额。未退任何款项。"
            "如两单确实都退，或属于不同顾客，请注明后重试。",
        ),
    }
)
