"""The words of a slip. Data; the customer reads them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from counterfoil.books.payments.model import Tender
from counterfoil.books.payments.states import State
from counterfoil.languages import Text

TENDERS: Mapping[str, Text] = MappingProxyType(
    {
        Tender.CASH: Text(en="Cash", zh="现金"),
        Tender.CARD: Text(en="Card", zh="银行卡"),
        Tender.WECHAT: Text(en="WeChat Pay", zh="微信支付"),
        Tender.ALIPAY: Text(en="Alipay", zh="支付宝"),
        Tender.UNIONPAY_CODE: Text(en="UnionPay code", zh="云闪付"),
        Tender.VOUCHER: Text(en="Voucher", zh="购物券"),
        Tender.MEMBER_BALANCE: Text(en="Member balance", zh="会员储值"),
        Tender.OTHER: Text(en="Other terminal", zh="其他终端"),
    }
)
#: Behind a payment that has no end yet; what was declined or taken back stands on no slip.
STATES: Mapping[str, Text] = MappingProxyType(
    {State.INTENDED: Text(en=" (on its way)", zh="（处理中）"), State.UNKNOWN: Text(en=" (unknown)", zh="（未知）")}
)
#: Behind a payment that gives money back.
BACK = Text(en=" (back to the customer)", zh="（退给顾客）")
CHANGE = Text(en="Change", zh="找零")
OF_WHICH_TAX = Text(en="of which {tax}", zh="其中{tax}")
