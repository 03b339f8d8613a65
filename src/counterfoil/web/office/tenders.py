"""The words of the office's pages for what a customer pays with. Data."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from counterfoil.books.payments.model import Tender
from counterfoil.languages import Text

TENDER_NAMES: Mapping[str, Text] = MappingProxyType(
    {
        Tender.CASH: Text(en="cash", zh="现金"),
        Tender.CARD: Text(en="card", zh="银行卡"),
        Tender.WECHAT: Text(en="WeChat Pay", zh="微信支付"),
        Tender.ALIPAY: Text(en="Alipay", zh="支付宝"),
        Tender.UNIONPAY_CODE: Text(en="UnionPay code", zh="银联二维码"),
        Tender.VOUCHER: Text(en="voucher", zh="购物券"),
        Tender.MEMBER_BALANCE: Text(en="member balance", zh="会员余额"),
        Tender.OTHER: Text(en="other", zh="其他"),
    }
)
