"""Every check of the doctor: which invariant it holds, how bad it is when it breaks, and what to tell people. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from counterfoil.doctor.model import Check, Invariant, Severity
from counterfoil.languages import Text

_H, _C = Severity.HIGH, Severity.CRITICAL


def _check(name: str, invariant: Invariant, severity: Severity, en: str, zh: str) -> Check:
    return Check(name=name, invariant=invariant, severity=severity, broken=Text(en=en, zh=zh))


#: Asked of each merchant, each by the query of its name.
OF_A_MERCHANT: tuple[Check, ...] = (
    _check(
        *("money_is_on_slips", Invariant.MONEY, _H),
        "orders whose payments come to another amount than their slips, with no finding open",
        "订单的付款净额与票据金额不符，且没有待处理的问题",
    ),
    _check(
        *("money_is_at_the_acquirer", Invariant.MONEY, _H),
        "approved payments of which the acquirer tells another amount, or nothing in time, with no finding open",
        "已批准的付款在收单方金额不同或逾期无记录，且没有待处理的问题",
    ),
    _check(
        *("charge_has_one_order", Invariant.CHARGES, _H),
        "charges at the acquirer without exactly one order, not undone in time, with no finding open",
        "收单方的扣款没有唯一对应的订单，逾期未撤销，且没有待处理的问题",
    ),
    _check(
        *("request_is_one_order", Invariant.ONCE, _C),
        "requests with more than one order",
        "同一请求产生了多张订单",
    ),
    _check(
        *("order_is_charged_once", Invariant.ONCE, _H),
        "orders on which more is held than they cost, or payments charged twice, with no finding open",
        "订单实收超过应收，或同一付款被扣两次，且没有待处理的问题",
    ),
    _check(
        *("order_state_is_its_facts", Invariant.FOLD, _C),
        "orders whose state is not what their facts say",
        "订单状态与其事实不符",
    ),
    _check(
        *("payment_state_is_its_facts", Invariant.FOLD, _C),
        "payments whose state is not what their facts say",
        "付款状态与其事实不符",
    ),
    _check(
        *("slip_state_is_its_facts", Invariant.FOLD, _C),
        "slips whose state is not what was told of them",
        "票据状态与所报告的情况不符",
    ),
    _check(
        *("standing_is_its_facts", Invariant.FOLD, _C),
        "approved sales that stand otherwise than their undoing says",
        "已批准销售的撤销状况与事实不符",
    ),
    _check(
        *("refunds_are_counted", Invariant.FOLD, _C),
        "sales whose refunded amounts are not the sum of their refunds",
        "销售的退款累计与退款记录不符",
    ),
    _check(
        *("refunded_lines_are_counted", Invariant.FOLD, _C),
        "lines whose refunded quantities are not the sum of their refunds",
        "明细的退货数量累计与退款记录不符",
    ),
    _check(
        *("stock_is_its_movements", Invariant.FOLD, _H),
        "items of which another quantity is on hand than came in, less what was sold",
        "商品的现有数量与出入库及销售不符",
    ),
    _check(
        *("case_state_is_its_events", Invariant.FOLD, _C),
        "cases whose state is not what their events say",
        "个案状态与其经过不符",
    ),
    _check(
        *("acts_on_cases_are_facts", Invariant.FOLD, _C),
        "what people did to cases, without a fact in the journal that says the same",
        "员工对个案的处理在流水账中没有相同的事实",
    ),
    _check(
        *("ties_are_facts", Invariant.FOLD, _C),
        "ties of returns and orders without a fact in the journal that says the same, or the other way round",
        "员工所作的退货或订单关联与流水账中的事实不一致",
    ),
    _check(
        *("finding_has_its_case", Invariant.CASES, _H),
        "findings that stand without a case in hand or a person's closure",
        "仍然存在的问题，既无未结个案，也无员工结案",
    ),
    _check(
        *("case_has_its_finding", Invariant.CASES, _H),
        "cases in hand about which the books agree, and that were not opened again since",
        "账本已一致、之后也未重新立案，却仍未结的个案",
    ),
    _check(
        *("money_begun_is_not_closed_over", Invariant.CASES, _C),
        "cases that the books closed while somebody had begun to give money back, and nothing was made of it",
        "已有人着手退款、尚无结果，却因账本一致而自动结案的个案",
    ),
)

#: Asked of each merchant, by more than one query.
JOURNAL_HOLDS = _check(
    *("journal_holds", Invariant.JOURNAL, _C),
    "places at which the journal does not verify; `counterfoil db verify` tells each",
    "流水账校验不符之处；`counterfoil db verify` 会逐一说明",
)
CHECKPOINT_LIES_OUTSIDE = _check(
    *("checkpoint_lies_outside", Invariant.JOURNAL, _C),
    "a sealed journal without any checkpoint outside the database",
    "流水账已封印，但数据库之外没有检查点",
)
NO_PLAIN_NUMBERS = _check(
    *("no_plain_numbers", Invariant.SECRETS, _C),
    "columns that hold a full card number, a PIN or a plain phone number",
    "存有完整卡号、密码或明文电话号码的字段",
)

#: Asked of the database as a whole.
OF_THE_DATABASE: tuple[Check, ...] = (
    _check(
        *("facts_cannot_be_changed", Invariant.JOURNAL, _C),
        "rights beyond what a table allows: somebody may change or delete what is a fact",
        "超出数据表所允许的权限：有人可以改动或删除事实",
    ),
    _check(
        *("rows_are_walled_off", Invariant.WALLS, _C),
        "tables without row-level security that is forced and knows one merchant only",
        "未强制行级安全、或策略并非只限本商户的数据表",
    ),
    _check(
        *("keys_begin_with_the_merchant", Invariant.WALLS, _C),
        "unique keys in which merchants can collide",
        "可能使商户互相冲突的唯一键",
    ),
    _check(
        *("roles_are_powerless", Invariant.WALLS, _C),
        "roles that could pass row-level security, or become one that can",
        "能够绕过行级安全（或变成能绕过的角色）的角色",
    ),
)

NO_PLAIN_NUMBERS_IN_LOGS = _check(
    *("no_plain_numbers_in_logs", Invariant.SECRETS, _C),
    "log files that hold a full card number, a PIN or a plain phone number",
    "存有完整卡号、密码或明文电话号码的日志文件",
)

CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        check.name: check
        for check in (
            *OF_A_MERCHANT,
            JOURNAL_HOLDS,
            CHECKPOINT_LIES_OUTSIDE,
            NO_PLAIN_NUMBERS,
            *OF_THE_DATABASE,
            NO_PLAIN_NUMBERS_IN_LOGS,
        )
    }
)
