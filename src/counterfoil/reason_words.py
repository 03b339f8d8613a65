"""Why something was done, where people choose it from a list: one reason is one, whichever language it was chosen in.

The books keep the words in which somebody chose it, for a fact is not edited; whoever reads them later reads their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from counterfoil.languages import Text

#: Why money goes back, as a till offers it; the last one wants words of one's own.
CAUSES: Sequence[Text] = (
    Text(en="wrong tender", zh="付款方式有误"),
    Text(en="slip of the finger", zh="操作失误"),
    Text(en="charged twice", zh="重复扣款"),
    Text(en="card or code trouble", zh="卡或付款码故障"),
    Text(en="system or network fault", zh="系统或网络故障"),
    Text(en="out of stock", zh="缺货"),
    Text(en="changed their mind", zh="顾客改变主意"),
    Text(en="quality", zh="质量问题"),
    Text(en="size or kind", zh="规格不符"),
    Text(en="price", zh="价格问题"),
    Text(en="something else", zh="其他"),
)
#: Why a sale that nobody paid for is given up.
NOT_PAID = Text(en="the customer does not pay", zh="顾客不付款")
RUNG_UP_ANEW = Text(en="rung up anew", zh="重新录入")
#: What is often written where there is no list, or by other people's tills.
_WRITTEN: Sequence[Text] = (
    Text(en="wrong item", zh="商品有误"),
    Text(en="customer changed mind", zh="顾客改变主意"),
    Text(en="customer changed their mind", zh="顾客改变主意"),
    Text(en="customer is not content", zh="顾客不满意"),
    Text(en="balance too low", zh="余额不足"),
    Text(en="no answer from acquirer", zh="收单方未响应"),
    Text(en="not as expected", zh="与预期不符"),
    Text(en="damaged", zh="损坏"),
    Text(en="broken", zh="损坏"),
    Text(en="wrong size", zh="尺寸不符"),
    Text(en="price adjusted", zh="调整价格"),
    Text(en="parcel lost", zh="包裹丢失"),
    Text(en="parcel came back", zh="包裹退回"),
)
#: Between a reason of a list and somebody's own words.
_OWN = ": "


def with_own_words(reason: str) -> Text:
    """Return a reason as each reads it; what stands in no list, and what somebody added, says itself."""
    chosen, mark, own = reason.partition(_OWN)
    known = _KNOWN.get(chosen)
    if known is None:
        return Text(en=reason, zh=reason, is_filled=True)
    return Text(en=f"{known.en}{mark}{own}", zh=f"{known.zh}{'：' if mark else ''}{own}", is_filled=True)


def _known() -> Mapping[str, Text]:
    """Return every reason by its words in either language; of two with the same words the one that is offered."""
    known: dict[str, Text] = {}
    for text in (*CAUSES, NOT_PAID, RUNG_UP_ANEW, *_WRITTEN):
        known.setdefault(text.en, text)
        known.setdefault(text.zh, text)
    return MappingProxyType(known)


_KNOWN = _known()
