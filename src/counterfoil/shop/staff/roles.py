"""The matrix: which role may do what, and how much of it. The one place; docs/reference/roles.md is made from it.

A cashier takes sales and neither voids nor refunds: whoever takes the money must not be the one who undoes it alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from counterfoil.languages import Text
from counterfoil.shop.staff.model import Role, Verb

ROLE_NAMES: Mapping[Role, Text] = MappingProxyType(
    {
        Role.CASHIER: Text(en="cashier", zh="收银员"),
        Role.SUPERVISOR: Text(en="supervisor", zh="领班"),
        Role.MANAGER: Text(en="store manager", zh="店长"),
        Role.FINANCE: Text(en="finance", zh="财务"),
        Role.SUPPORT: Text(en="support", zh="客服"),
        Role.AUDITOR: Text(en="auditor", zh="审计"),
        Role.OWNER: Text(en="owner", zh="店主"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One verb: who may, and how it is called."""

    verb: Verb
    roles: frozenset[Role]
    title: Text


def _row(verb: Verb, roles: str, *, en: str, zh: str) -> Row:
    """Make a row; the owner may do everything."""
    held = frozenset(Role(role) for role in roles.split()) | {Role.OWNER}
    return Row(verb=verb, roles=held, title=Text(en=en, zh=zh))


_COUNTER = "cashier supervisor manager"
_LEADS = "supervisor manager"

MATRIX: Mapping[Verb, Row] = MappingProxyType(
    {
        row.verb: row
        for row in (
            _row(Verb.SELL, _COUNTER, en="take a sale", zh="收银销售"),
            _row(Verb.PARK, _COUNTER, en="park a sale and take it up again", zh="挂单与取单"),
            _row(Verb.REPRINT, f"{_COUNTER} support", en="print a slip again, marked as a copy", zh="补打小票（副本）"),
            _row(Verb.DISCOUNT_LINE, _COUNTER, en="give a discount on a line", zh="单品折扣"),
            _row(Verb.DISCOUNT_CART, _LEADS, en="give a discount on the whole sale", zh="整单折扣"),
            _row(Verb.OVERRIDE_PRICE, _LEADS, en="set another price", zh="改价"),
            _row(Verb.VOID, _LEADS, en="void a sale before settlement", zh="撤销销售（结算前）"),
            _row(
                Verb.REFUND,
                f"{_LEADS} finance",
                en="give money back: by a refund, or on the same day by the void that does it",
                zh="退还款项：退款，当日则为撤销",
            ),
            _row(Verb.BLIND_RETURN, "manager", en="take goods back without the original sale", zh="无单退货"),
            _row(Verb.OPEN_DRAWER, _LEADS, en="open the drawer without a sale", zh="无销售开钱箱"),
            _row(Verb.CLOSE_DAY, _LEADS, en="close the business day", zh="日结"),
            _row(
                Verb.CONFIRM_DELIVERY,
                f"{_LEADS} support",
                en="confirm a delivery for the customer",
                zh="代客户确认收货",
            ),
            _row(Verb.COUNT_STOCK, _LEADS, en="receive, count and write off stock", zh="入库、盘点与报损"),
            _row(Verb.STORED_VALUE, _LEADS, en="issue vouchers and top up members", zh="发放购物券与会员充值"),
            _row(
                Verb.UNMASK_CUSTOMER,
                "manager support",
                en="see a customer's number and address",
                zh="查看客户的电话与地址",
            ),
            _row(Verb.FORGET_CUSTOMER, "manager", en="forget a customer for good", zh="永久删除客户资料"),
            _row(Verb.WORK_CASES, "supervisor manager finance support", en="work on cases", zh="处理个案"),
            _row(Verb.RECONCILE, "manager finance", en="read in bills and reconcile", zh="导入账单并对账"),
            _row(
                Verb.READ_REPORTS,
                "supervisor manager finance support auditor",
                en="read reports and findings",
                zh="查看报表与问题",
            ),
            _row(Verb.READ_JOURNAL, "manager finance auditor", en="read the journal", zh="查看流水日志"),
            _row(
                Verb.IMPORT, "manager", en="import items, prices, staff and customers", zh="导入商品、价格、员工与客户"
            ),
            _row(Verb.MANAGE_CATALOGUE, "manager", en="change items, prices and taxes", zh="维护商品、价格与税率"),
            _row(Verb.MANAGE_STAFF, "manager", en="take on staff and give roles", zh="维护员工与角色"),
            _row(Verb.MANAGE_TERMINALS, "manager", en="set up and retire terminals", zh="维护收银机"),
            _row(Verb.SET_POLICY, "", en="decide the policy", zh="制定政策"),
        )
    }
)

#: Which roles somebody with MANAGE_STAFF may give or take, by their own highest role: nobody makes an equal of theirs.
MAY_GIVE: Mapping[Role, frozenset[Role]] = MappingProxyType(
    {
        Role.MANAGER: frozenset({Role.CASHIER, Role.SUPERVISOR, Role.SUPPORT}),
        Role.OWNER: frozenset(Role),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How much of what a role may do. The policy of the shop may say otherwise, role by role."""

    #: Of a price; 1000 is all of it, and 0 none, until the policy gives some. Another price than the listed one counts
    #: as the discount that it is.
    discount_permille_max: int = 0
    #: In one refund or void; None: any amount.
    refund_minor_max: int | None = 0


LIMITS: Mapping[Role, Limit] = MappingProxyType(
    {
        Role.CASHIER: Limit(),
        Role.SUPERVISOR: Limit(discount_permille_max=200, refund_minor_max=50_000),
        Role.MANAGER: Limit(discount_permille_max=500, refund_minor_max=None),
        Role.FINANCE: Limit(refund_minor_max=None),
        Role.SUPPORT: Limit(),
        Role.AUDITOR: Limit(),
        Role.OWNER: Limit(discount_permille_max=1000, refund_minor_max=None),
    }
)
