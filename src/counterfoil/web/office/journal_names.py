"""The words of the journal's page for what a fact says beside its tag: names of its parts, and their values. Data."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from counterfoil.fact_words import WORDS
from counterfoil.languages import Text
from counterfoil.web.office.journal_words import ACTIONS
from counterfoil.web.office.tenders import TENDER_NAMES

#: By the name in the body; an amount goes by its name without `minor`.
NAMES: Mapping[str, Text] = MappingProxyType(
    {
        "order_id": Text(en="order", zh="订单"),
        "payment_id": Text(en="payment", zh="付款"),
        "case_id": Text(en="case", zh="个案"),
        "finding_id": Text(en="finding", zh="问题"),
        "session_id": Text(en="session", zh="会话"),
        "store_id": Text(en="store", zh="门店"),
        "terminal_id": Text(en="terminal", zh="收银机"),
        "authoriser_id": Text(en="allowed by", zh="授权人"),
        "amount": Text(en="amount", zh="金额"),
        "price": Text(en="price", zh="价格"),
        "price_before": Text(en="price before", zh="原价格"),
        "currency": Text(en="currency", zh="币种"),
        "tender": Text(en="tender", zh="付款方式"),
        "tenders": Text(en="tenders", zh="各付款方式"),
        "kind": Text(en="kind", zh="类别"),
        "count": Text(en="how many", zh="笔数"),
        "carried_over": Text(en="not ended yet", zh="结转未决"),
        "business_date": Text(en="business day", zh="营业日"),
        "lines": Text(en="lines", zh="商品行"),
        "payments": Text(en="payments", zh="付款"),
        "of": Text(en="of the payment", zh="对应付款"),
        "reason": Text(en="cause", zh="原因"),
        "because": Text(en="because", zh="依据"),
        "why": Text(en="why", zh="原因"),
        "source": Text(en="how it came", zh="来源"),
        "outcome": Text(en="outcome", zh="结果"),
        "decline": Text(en="why declined", zh="拒绝原因"),
        "response_code": Text(en="response code", zh="响应码"),
        "note": Text(en="note", zh="备注"),
        "acquirer_reference": Text(en="number at the acquirer", zh="收单方编号"),
        "rebuilt_from": Text(en="rebuilt from", zh="补单依据"),
        "state": Text(en="state", zh="状态"),
        "text": Text(en="words", zh="内容"),
        "event_no": Text(en="event number", zh="事件序号"),
        "step": Text(en="step", zh="步骤"),
        "about": Text(en="about", zh="对象"),
        "came": Text(en="came to", zh="结果"),
        "proof": Text(en="proof", zh="凭据"),
        "waiting_for": Text(en="waits for", zh="等待"),
        "into": Text(en="into", zh="并入"),
        "from": Text(en="from", zh="来自"),
        "to": Text(en="to", zh="至"),
        "parted_from": Text(en="parted from", zh="拆分自"),
        "tie_no": Text(en="link number", zh="关联序号"),
        "role": Text(en="role", zh="角色"),
        "by": Text(en="by", zh="方式"),
        "until": Text(en="until", zh="截至"),
        "sessions": Text(en="sessions ended", zh="结束的会话数"),
        "sessions_ended": Text(en="sessions ended", zh="结束的会话数"),
        "published": Text(en="published to everybody", zh="公开密码"),
        "fault": Text(en="fault", zh="故障"),
        "key": Text(en="key", zh="项目"),
        "value": Text(en="value", zh="值"),
        "before_version": Text(en="version before", zh="原版本"),
        "removed": Text(en="taken out", zh="移除"),
        "decimals": Text(en="decimals", zh="小数位数"),
        "noun": Text(en="what was taken", zh="内容"),
        "barcode": Text(en="barcode", zh="条码"),
        "before": Text(en="before", zh="原数量"),
        "counted": Text(en="counted", zh="盘点数量"),
        "difference": Text(en="difference", zh="差异"),
        "added_n": Text(en="added", zh="新增"),
        "changed_n": Text(en="changed", zh="更改"),
        "same_n": Text(en="the same", zh="相同"),
        "new": Text(en="new", zh="新增"),
        "same": Text(en="the same", zh="相同"),
        "new_n": Text(en="new", zh="新增"),
        "known_n": Text(en="known before", zh="已知"),
        "not_theirs_n": Text(en="of other stores", zh="其他门店"),
        "corrected_n": Text(en="corrected", zh="更正"),
        "aside_n": Text(en="set aside", zh="另列"),
        "reader": Text(en="format", zh="格式"),
        "file_digest": Text(en="digest of the file", zh="文件摘要"),
        "files_n": Text(en="how many files", zh="文件数"),
        "files_sha256": Text(en="digest of the files", zh="文件摘要"),
        "files": Text(en="files", zh="文件"),
        "tables": Text(en="tables", zh="表"),
    }
)
#: What one of several is called, where the keys of a map or the places of a list stand for things of one kind.
EACH: Mapping[str, Text] = MappingProxyType(
    {
        "lines": Text(en="line", zh="商品行"),
        "payments": Text(en="payment", zh="付款"),
        "tenders": Text(en="tender", zh="付款方式"),
        "files": Text(en="file", zh="文件"),
    }
)
_SOURCES = {
    "answer": Text(en="the answer", zh="响应"),
    "inquiry": Text(en="we asked", zh="查询"),
    "late": Text(en="a late answer", zh="迟到的响应"),
    "webhook": Text(en="a notice of the acquirer", zh="收单方通知"),
    "bill": Text(en="the bill", zh="账单"),
    "reversal": Text(en="its reversal", zh="冲正"),
}
_STATES = {
    **ACTIONS,
    "open": Text(en="open", zh="未结"),
    "in_progress": Text(en="in progress", zh="处理中"),
    "waiting": Text(en="waiting", zh="等待中"),
    "closed": Text(en="closed", zh="已结案"),
    "merged": Text(en="merged", zh="已合并"),
    "unknown": Text(en="unknown", zh="结果未知"),
    "pending": Text(en="under way", zh="进行中"),
}
#: By the name in the body; what is not there stands as it is.
VALUES: Mapping[str, Mapping[str, Text]] = MappingProxyType(
    {
        "tender": TENDER_NAMES,
        "source": _SOURCES,
        "state": _STATES,
        "outcome": _STATES,
        "payments": _STATES,
        "to": WORDS["role"],
        "by": {"password": Text(en="password", zh="密码"), "pin": Text(en="PIN", zh="员工 PIN")},
    }
)
