"""The words of a timeline: what each row says, by table and state, in both languages. Data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from counterfoil.answer_words import said_of_code, said_of_decline, sentence
from counterfoil.books.troubles import TROUBLES
from counterfoil.desk.timeline.model import Gap, Lane, Tone
from counterfoil.fact_words import WORDS
from counterfoil.languages import Text
from counterfoil.reason_words import with_own_words

#: What became of an order.
ORDERS: Mapping[str, tuple[Text, Tone]] = MappingProxyType(
    {
        "paid": (Text(en="Paid", zh="已付款"), Tone.GOOD),
        "voided": (Text(en="Voided", zh="已撤销"), Tone.PLAIN),
        "cancelled": (Text(en="Cancelled", zh="已取消"), Tone.PLAIN),
        "open": (Text(en="Left open", zh="未结"), Tone.OPEN),
    }
)
PLACED = Text(en="Order rung up", zh="下单")
REBUILT = Text(en="Order rebuilt from the acquirer’s record", zh="按收单记录补录订单")

#: What somebody said in a case, by the tag of the fact.
TIES: Mapping[str, Text] = MappingProxyType(
    {
        "return:original:tied": Text(en="Return linked to its order", zh="退货已关联原单"),
        "return:original:untied": Text(en="Link to the order taken back", zh="已取消与原单的关联"),
        "order:repeat:tied": Text(en="Said to repeat an order on purpose", zh="确认为另一次购买"),
        "order:repeat:untied": Text(en="No longer said to repeat an order", zh="已取消另一次购买的确认"),
    }
)

#: A payment when it was meant.
INTENDED: Mapping[str, Text] = MappingProxyType(
    {
        "sale": Text(en="Payment begun", zh="发起收款"),
        "void": Text(en="Void begun", zh="发起撤销"),
        "reversal": Text(en="Reversal begun", zh="发起冲正"),
        "refund": Text(en="Refund begun", zh="发起退款"),
    }
)
#: What became of a payment, by the state or by the event that moved it.
PAYMENTS: Mapping[str, tuple[Text, Tone]] = MappingProxyType(
    {
        "approved": (Text(en="Approved", zh="成功"), Tone.GOOD),
        "declined": (Text(en="Declined", zh="被拒绝"), Tone.BAD),
        "unknown": (Text(en="Nobody knows yet", zh="结果未知"), Tone.OPEN),
        "intended": (Text(en="No answer recorded", zh="没有答复记录"), Tone.OPEN),
        "cancelled": (Text(en="Cancelled", zh="已取消"), Tone.PLAIN),
        "silent": (Text(en="No answer", zh="无答复"), Tone.OPEN),
        "withdrawn": (Text(en="Withdrawn before it was sent", zh="发送前已收回"), Tone.PLAIN),
        "reversed": (Text(en="Reversed", zh="已冲正"), Tone.PLAIN),
        "contradicted": (Text(en="Contradicted by the acquirer", zh="与收单方不符"), Tone.BAD),
        "heard": (Text(en="Heard of it again", zh="再次收到消息"), Tone.PLAIN),
    }
)

#: The acquirer's own rows, by kind.
RECORDS: Mapping[str, Text] = MappingProxyType(
    {
        "sale": Text(en="Acquirer: charged", zh="收单方：扣款"),
        "void": Text(en="Acquirer: voided", zh="收单方：撤销"),
        "reversal": Text(en="Acquirer: reversed", zh="收单方：冲正"),
        "refund": Text(en="Acquirer: refunded", zh="收单方：退款"),
        "fee": Text(en="Acquirer: fee", zh="收单方：手续费"),
        "chargeback": Text(en="Acquirer: chargeback", zh="收单方：拒付"),
    }
)
RECORD_TONES: Mapping[str, Tone] = MappingProxyType({"succeeded": Tone.GOOD, "pending": Tone.OPEN, "failed": Tone.BAD})
RECORD_STATES: Mapping[str, Text] = MappingProxyType(
    {
        "succeeded": Text(en="succeeded", zh="成功"),
        "pending": Text(en="pending", zh="处理中"),
        "failed": Text(en="failed", zh="失败"),
    }
)

SLIPS: Mapping[str, tuple[Text, Tone]] = MappingProxyType(
    {
        "due": (Text(en="Slip owed, not printed", zh="小票待出"), Tone.OPEN),
        "printing": (Text(en="Slip at the printer", zh="小票打印中"), Tone.OPEN),
        "printed": (Text(en="Slip printed", zh="小票已打印"), Tone.GOOD),
        "sent": (Text(en="Slip sent", zh="小票已发送"), Tone.GOOD),
        "failed": (Text(en="Slip failed to print", zh="小票打印失败"), Tone.BAD),
    }
)
NOTICES: Mapping[str, Text] = MappingProxyType(
    {
        "charged": Text(en="Customer told: charged", zh="通知顾客：已扣款"),
        "refunded": Text(en="Customer told: refunded", zh="通知顾客：已退款"),
        "reversed": Text(en="Customer told: reversed", zh="通知顾客：已冲正"),
        "shipped": Text(en="Customer told: shipped", zh="通知顾客：已发货"),
        "delivered": Text(en="Customer told: delivered", zh="通知顾客：已送达"),
        "other": Text(en="Message to the customer", zh="发给顾客的消息"),
    }
)

PARCELS: Mapping[str, tuple[Text, Tone]] = MappingProxyType(
    {
        "shipped_at": (Text(en="Parcel shipped", zh="包裹已发出"), Tone.PLAIN),
        "uploaded_at": (Text(en="Shipping data uploaded", zh="发货信息已上传"), Tone.PLAIN),
        "delivered_at": (Text(en="Parcel delivered", zh="包裹已送达"), Tone.GOOD),
        "disputed_at": (Text(en="Disputed by the customer", zh="顾客提出争议"), Tone.BAD),
        "confirmed_at": (Text(en="Delivery confirmed", zh="已确认收货"), Tone.GOOD),
    }
)
TRACKING: Mapping[str, tuple[Text, Tone]] = MappingProxyType(
    {
        "picked_up": (Text(en="Picked up", zh="已揽收"), Tone.PLAIN),
        "in_transit": (Text(en="In transit", zh="运输中"), Tone.PLAIN),
        "out_for_delivery": (Text(en="Out for delivery", zh="派送中"), Tone.PLAIN),
        "ready_for_pickup": (Text(en="Ready for pickup", zh="待自提"), Tone.PLAIN),
        "delivered": (Text(en="Carrier: delivered", zh="承运商：已送达"), Tone.GOOD),
        "delivery_failed": (Text(en="Delivery failed", zh="派送失败"), Tone.BAD),
        "delivery_delayed": (Text(en="Delayed", zh="延误"), Tone.OPEN),
        "on_hold": (Text(en="On hold", zh="暂缓派送"), Tone.OPEN),
        "returned": (Text(en="Going back to the sender", zh="退回寄件人"), Tone.BAD),
        "lost": (Text(en="Lost", zh="丢失"), Tone.BAD),
    }
)

RETURNS: Mapping[str, tuple[Text, Tone]] = MappingProxyType(
    {
        "requested_at": (Text(en="Return asked for", zh="申请退货"), Tone.PLAIN),
        "decided_at": (Text(en="Return decided", zh="退货已裁定"), Tone.PLAIN),
        "received_at": (Text(en="Goods received", zh="收到退货"), Tone.PLAIN),
        "restocked_at": (Text(en="Back in stock", zh="已重新入库"), Tone.GOOD),
    }
)

TERMINALS: Mapping[str, Text] = MappingProxyType(
    {
        "printer": Text(en="Printer", zh="打印机"),
        "network": Text(en="Network", zh="网络"),
        "software": Text(en="Software", zh="软件"),
        "clock": Text(en="Clock", zh="时钟"),
        "power": Text(en="Power", zh="电源"),
    }
)
#: What a terminal says when nothing is the matter.
TERMINAL_IS_WELL = frozenset({"ok", "on", "online"})

#: Words of closed lists, by column and word.
VALUES: Mapping[str, Mapping[str, Text]] = MappingProxyType(
    {
        "tender": {
            "cash": Text(en="cash", zh="现金"),
            "card": Text(en="card", zh="刷卡"),
            "wechat": Text(en="WeChat Pay", zh="微信支付"),
            "alipay": Text(en="Alipay", zh="支付宝"),
            "unionpay_code": Text(en="UnionPay code", zh="云闪付"),
            "voucher": Text(en="voucher", zh="购物券"),
            "member_balance": Text(en="member balance", zh="会员余额"),
            "other": Text(en="other", zh="其他"),
        },
        "source": {
            "bill": Text(en="the bill", zh="账单"),
            "settlement": Text(en="the settlement", zh="结算"),
            "webhook": Text(en="a webhook", zh="回调通知"),
            "inquiry": Text(en="an inquiry", zh="查询"),
            "answer": Text(en="the answer", zh="应答"),
            "late": Text(en="a late answer", zh="迟到的应答"),
            "reversal": Text(en="the reversal", zh="冲正"),
        },
        "state": {
            "queued": Text(en="queued", zh="待发送"),
            "accepted": Text(en="accepted", zh="已受理"),
            "delivered": Text(en="delivered", zh="已送达"),
            "failed": Text(en="failed", zh="失败"),
        },
        "origin": {
            "shop": Text(en="the shop", zh="本店"),
            "acquirer": Text(en="the acquirer", zh="收单方"),
            "bank": Text(en="the bank", zh="银行"),
            "platform": Text(en="the platform", zh="平台"),
        },
        "channel": {
            "sms": Text(en="text message", zh="短信"),
            "email": Text(en="mail", zh="邮件"),
            "push": Text(en="push", zh="推送"),
            "webhook": Text(en="webhook", zh="回调"),
            "portal": Text(en="portal", zh="网站"),
        },
        "dispute": {
            "not_received": Text(en="not received", zh="未收到货"),
            "wrong_goods": Text(en="wrong goods", zh="发错货"),
            "missing_goods": Text(en="goods missing", zh="少货"),
            "damaged": Text(en="damaged", zh="损坏"),
            "other": Text(en="other", zh="其他"),
        },
        "fulfilment": {
            "carry_out": Text(en="carried out", zh="当场带走"),
            "pickup": Text(en="picked up", zh="自提"),
            "delivery": Text(en="delivered", zh="送货"),
        },
        "reason": {**TROUBLES, **WORDS["reason"]},
        "fault": TROUBLES,
        "value": {
            **TROUBLES,
            "ok": Text(en="ready", zh="正常"),
            "online": Text(en="on line", zh="在线"),
            "slow": Text(en="slow", zh="缓慢"),
            "on": Text(en="on", zh="开"),
            "off": Text(en="off", zh="关"),
            "battery": Text(en="on battery", zh="电池供电"),
        },
        "kind": WORDS["kind"],
    }
)


#: What is in no closed list, but in one of an acquirer's words, of sentences, or of reasons that people choose.
_SAID: Mapping[str, Callable[[str], Text]] = MappingProxyType(
    {"response_code": said_of_code, "decline": said_of_decline, "because": sentence, "reason": with_own_words}
)


def said(column: str, word: str) -> Text:
    """Return a word of a list, or of an acquirer, as people read it; what is in no list says itself."""
    known = VALUES.get(column, {}).get(word)
    return known or (_SAID[column](word) if column in _SAID else Text(en=word, zh=word))


LABELS: Mapping[str, Text] = MappingProxyType(
    {
        "terminal_id": Text(en="till", zh="收银机"),
        "operator_id": Text(en="operator", zh="收银员"),
        "authoriser_id": Text(en="authoriser", zh="授权人"),
        "reason": Text(en="reason", zh="原因"),
        "tender": Text(en="tender", zh="付款方式"),
        "instrument_tail": Text(en="card ending", zh="卡尾号"),
        "approval_code": Text(en="approval code", zh="授权码"),
        "rrn": Text(en="RRN", zh="检索参考号"),
        "stan": Text(en="STAN", zh="流水号"),
        "response_code": Text(en="response", zh="应答"),
        "decline": Text(en="response", zh="应答"),
        "advice": Text(en="what helps", zh="处理建议"),
        "acquirer": Text(en="acquirer", zh="收单方"),
        "acquirer_reference": Text(en="their number", zh="对方单号"),
        "our_reference": Text(en="our number", zh="我方单号"),
        "source": Text(en="from", zh="来源"),
        "state": Text(en="state", zh="状态"),
        "fault": Text(en="fault", zh="故障"),
        "carrier": Text(en="carrier", zh="承运商"),
        "tracking_number": Text(en="tracking number", zh="运单号"),
        "place": Text(en="place", zh="地点"),
        "dispute": Text(en="dispute", zh="争议"),
        "origin": Text(en="sent by", zh="发送方"),
        "channel": Text(en="by", zh="方式"),
        "detail": Text(en="detail", zh="详情"),
        "order_id": Text(en="order", zh="订单"),
        "said_by": Text(en="said by", zh="确认人"),
        "because": Text(en="because", zh="依据"),
    }
)

_NO_ORDER = Gap(lane=Lane.ORDERS, text=Text(en="No order belongs to this charge.", zh="这笔扣款没有对应的订单。"))
_NO_SLIP = Gap(lane=Lane.SLIPS, text=Text(en="No slip was printed or sent.", zh="没有打印或发送小票。"))
_NOT_CONFIRMED = Gap(lane=Lane.DELIVERIES, text=Text(en="Nobody has confirmed the delivery.", zh="无人确认收货。"))
_NO_ANSWER = Gap(lane=Lane.PAYMENTS, text=Text(en="The acquirer’s answer is missing.", zh="缺少收单方的答复。"))

#: What is missing, by diagnosis, and in which lane.
GAPS: Mapping[str, Gap] = MappingProxyType(
    {
        "offline_not_synced": _NO_ORDER,
        "charged_no_order": _NO_ORDER,
        "payment_unknown": _NO_ANSWER,
        "void_unknown": _NO_ANSWER,
        "paid_not_charged": Gap(
            lane=Lane.PAYMENTS,
            text=Text(en="The acquirer’s bill has no such charge.", zh="收单方账单中没有这笔扣款。"),
        ),
        "void_not_honoured": Gap(
            lane=Lane.PAYMENTS, text=Text(en="The acquirer’s bill has no such void.", zh="收单方账单中没有这笔撤销。")
        ),
        "notified_not_paid": Gap(
            lane=Lane.PAYMENTS, text=Text(en="Neither book has the charge.", zh="双方账本都没有这笔扣款。")
        ),
        "slip_failed": _NO_SLIP,
        "paid_no_slip": _NO_SLIP,
        "delivered_unconfirmed": _NOT_CONFIRMED,
        "receipt_disputed": _NOT_CONFIRMED,
        "tracking_missing": Gap(
            lane=Lane.DELIVERIES, text=Text(en="The carrier has reported nothing.", zh="承运商没有任何轨迹。")
        ),
        "not_shipped": Gap(lane=Lane.DELIVERIES, text=Text(en="Nothing was shipped.", zh="尚未发货。")),
        "refund_not_received": Gap(
            lane=Lane.PAYMENTS, text=Text(en="The acquirer’s bill has no such refund.", zh="收单方账单中没有这笔退款。")
        ),
        "refund_without_order": Gap(
            lane=Lane.ORDERS, text=Text(en="No sale belongs to this return.", zh="这笔退货没有对应的销售。")
        ),
    }
)
