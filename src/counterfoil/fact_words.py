"""The facts of a refusal as people say them: a verb, a state, a kind of payment. Programs read the bare words.

The words are those of the glossary and of the matrix of roles; a test holds them to the enums.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from counterfoil.languages import Language, Text

_VERBS: Mapping[str, Text] = {
    "sell": Text(en="take a sale", zh="收银销售"),
    "park": Text(en="park a sale and take it up again", zh="挂单与取单"),
    "reprint": Text(en="print a slip again, marked as a copy", zh="补打小票（副本）"),
    "discount_line": Text(en="give a discount on a line", zh="单品折扣"),
    "discount_cart": Text(en="give a discount on the whole sale", zh="整单折扣"),
    "override_price": Text(en="set another price", zh="改价"),
    "void": Text(en="void a sale before settlement", zh="撤销销售（结算前）"),
    "refund": Text(
        en="give money back: by a refund, or on the same day by the void that does it",
        zh="退还款项：退款，当日则为撤销",
    ),
    "blind_return": Text(en="take goods back without the original sale", zh="无单退货"),
    "open_drawer": Text(en="open the drawer without a sale", zh="无销售开钱箱"),
    "close_day": Text(en="close the business day", zh="日结"),
    "confirm_delivery": Text(en="confirm a delivery for the customer", zh="代客户确认收货"),
    "count_stock": Text(en="receive, count and write off stock", zh="入库、盘点与报损"),
    "stored_value": Text(en="issue vouchers and top up members", zh="发放购物券与会员充值"),
    "unmask_customer": Text(en="see a customer's number and address", zh="查看客户的电话与地址"),
    "forget_customer": Text(en="forget a customer for good", zh="永久删除客户资料"),
    "work_cases": Text(en="work on cases", zh="处理个案"),
    "reconcile": Text(en="read in bills and reconcile", zh="导入账单并对账"),
    "read_reports": Text(en="read reports and findings", zh="查看报表与问题"),
    "read_journal": Text(en="read the journal", zh="查看流水日志"),
    "import": Text(en="import items, prices, staff and customers", zh="导入商品、价格、员工与客户"),
    "manage_catalogue": Text(en="change items, prices and taxes", zh="维护商品、价格与税率"),
    "manage_staff": Text(en="take on staff and give roles", zh="维护员工与角色"),
    "manage_terminals": Text(en="set up and retire terminals", zh="维护收银机"),
    "set_policy": Text(en="decide the policy", zh="制定政策"),
    "this": Text(en="do this", zh="此操作"),
}
_ORDER_STATES: Mapping[str, Text] = {
    "open": Text(en="open", zh="未结"),
    "paid": Text(en="paid", zh="已付款"),
    "voided": Text(en="voided", zh="已撤销"),
    "cancelled": Text(en="cancelled", zh="已取消"),
}
_PAYMENT_KINDS: Mapping[str, Text] = {
    "sale": Text(en="sale", zh="销售"),
    "void": Text(en="void", zh="撤销"),
    "reversal": Text(en="reversal", zh="冲正"),
    "refund": Text(en="refund", zh="退款"),
}
_PIN_REFUSALS: Mapping[str, Text] = {
    "pin_locked": Text(en="too many wrong PINs; wait a while", zh="错误次数过多，请稍后再试"),
    "pin_wrong": Text(en="the PIN or the name is wrong", zh="员工号或 PIN 有误"),
}
#: Why the books themselves have begun something; people write their own reasons.
_REASONS: Mapping[str, Text] = {
    "outcome_unknown": Text(en="nobody knew its outcome", zh="结果未知"),
    "approved_after_its_end": Text(en="it was approved after its end", zh="结束之后才批准"),
}
_ROLES: Mapping[str, Text] = {
    "cashier": Text(en="cashier", zh="收银员"),
    "supervisor": Text(en="supervisor", zh="领班"),
    "manager": Text(en="store manager", zh="店长"),
    "finance": Text(en="finance", zh="财务"),
    "support": Text(en="support", zh="客服"),
    "auditor": Text(en="auditor", zh="审计"),
    "owner": Text(en="owner", zh="店主"),
}

#: By the name that a fact has in every refusal; a word that is not there stays as it is.
WORDS: Mapping[str, Mapping[str, Text]] = MappingProxyType(
    {
        "verb": _VERBS,
        "state": _ORDER_STATES,
        "kind": _PAYMENT_KINDS,
        "asked": _PAYMENT_KINDS,
        "right": _PAYMENT_KINDS,
        "reason": _REASONS,
        "why": _PIN_REFUSALS,
        "role": _ROLES,
    }
)


def in_words(facts: Mapping[str, object], language: Language) -> dict[str, object]:
    """Return facts as a sentence has them, in one language."""
    return {name: _in_words(name, value, language) for name, value in facts.items()}


def _in_words(name: str, value: object, language: Language) -> object:
    words = WORDS.get(name, {}).get(str(value))
    return value if words is None else words.to(language)
