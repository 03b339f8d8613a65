"""The words of the journal's page: what happened, by the parts of a tag. Data."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from counterfoil.desk.cases.states import Event
from counterfoil.journal.standing import Signed
from counterfoil.languages import Text
from counterfoil.web.desk.words import HAPPENED, exception_titles

_CASE = "case"
#: What facts are about: the first part of a tag.
NOUNS: Mapping[str, Text] = MappingProxyType(
    {
        "order": Text(en="order", zh="订单"),
        "payment": Text(en="payment", zh="付款"),
        "slip": Text(en="slip", zh="小票"),
        "return": Text(en="return", zh="退货"),
        "case": Text(en="case", zh="个案"),
        "bill": Text(en="bill", zh="账单"),
        "store": Text(en="store", zh="门店"),
        "terminal": Text(en="terminal", zh="收银机"),
        "staff": Text(en="staff", zh="员工"),
        "item": Text(en="item", zh="商品"),
        "policy": Text(en="policy", zh="政策"),
        "books": Text(en="books", zh="账本"),
    }
)
#: The second part, where it says more than the first.
SUBJECTS: Mapping[str, Text] = MappingProxyType(
    {
        "sale": Text(en="sale", zh="销售"),
        "void": Text(en="void", zh="撤销"),
        "reversal": Text(en="reversal", zh="冲正"),
        "refund": Text(en="refund", zh="退款"),
        "day": Text(en="business day", zh="营业日"),
        "sign_in": Text(en="sign-in", zh="登录"),
        "session": Text(en="session", zh="会话"),
        "password": Text(en="password", zh="密码"),
        "pin": Text(en="PIN", zh="员工 PIN"),
        "grant": Text(en="grant", zh="授权"),
        "person": Text(en="person", zh="人员"),
        "original": Text(en="original sale", zh="原单"),
        "repeat": Text(en="repeat", zh="重复购买"),
        "import": Text(en="import", zh="导入"),
        "version": Text(en="version", zh="版本"),
        "stock": Text(en="stock", zh="库存"),
        "catalogue": Text(en="catalogue", zh="商品资料"),
        "barcode": Text(en="barcode", zh="条码"),
        "tax": Text(en="tax", zh="税率"),
        "price": Text(en="price", zh="价格"),
        "audit": Text(en="audit of files", zh="文件审计"),
        "file": Text(en="file", zh="文件"),
        "device": Text(en="device", zh="设备"),
    }
)
#: The third part.
ACTIONS: Mapping[str, Text] = MappingProxyType(
    {
        "open": Text(en="opened", zh="开单"),
        "paid": Text(en="paid", zh="已付清"),
        "voided": Text(en="voided", zh="已撤销"),
        "cancelled": Text(en="cancelled", zh="已取消"),
        "reopened": Text(en="reopened", zh="重新打开"),
        "parked": Text(en="parked", zh="挂单"),
        "recalled": Text(en="taken up again", zh="取单"),
        "intended": Text(en="intended", zh="发起"),
        "approved": Text(en="approved", zh="成功"),
        "declined": Text(en="declined", zh="被拒绝"),
        "silent": Text(en="no answer", zh="无响应"),
        "heard": Text(en="heard of", zh="收到消息"),
        "withdrawn": Text(en="withdrawn", zh="撤回"),
        "reversed": Text(en="reversed", zh="已冲正"),
        "contradicted": Text(en="contradicted", zh="与凭据矛盾"),
        "printed": Text(en="printed", zh="已打印"),
        "sent": Text(en="sent", zh="已发送"),
        "failed": Text(en="failed", zh="失败"),
        "closed": Text(en="closed", zh="已关闭"),
        "taken": Text(en="taken", zh="已收取"),
        "taken_in": Text(en="taken in", zh="已收入"),
        "done": Text(en="done", zh="完成"),
        "set": Text(en="set", zh="已设置"),
        "decided": Text(en="decided", zh="已制定"),
        "counted": Text(en="counted", zh="已盘点"),
        "removed": Text(en="removed", zh="已移除"),
        "listed": Text(en="listed", zh="已定价"),
        "given": Text(en="given", zh="已授予"),
        "revoked": Text(en="revoked", zh="已收回"),
        "taken_on": Text(en="taken on", zh="入职"),
        "retired": Text(en="retired", zh="停用"),
        "added": Text(en="added", zh="新增"),
        "changed": Text(en="changed", zh="已更改"),
        "let_in": Text(en="let in", zh="成功"),
        "refused": Text(en="refused", zh="被拒绝"),
        "locked": Text(en="locked", zh="已锁定"),
        "signed_out": Text(en="signed out", zh="退出"),
        "signed_out_everywhere": Text(en="signed out everywhere", zh="全部退出"),
        "switched": Text(en="switched", zh="换人"),
        "tied": Text(en="linked", zh="已关联"),
        "untied": Text(en="link taken back", zh="取消关联"),
        "put_at_till": Text(en="put at a till", zh="绑定收银机"),
    }
)

#: What is filtered for, as a chip says it.
CHIPS: Mapping[str, Text] = MappingProxyType(
    {
        "person": Text(en="By: {what}", zh="操作人：{what}"),
        "subject": Text(en="About: {what}", zh="对象：{what}"),
        "kind": Text(en="Kind: {what}", zh="类别：{what}"),
        "day": Text(en="On: {what}", zh="日期：{what}"),
    }
)

#: How the chain stands, by what was signed last: a kind of `kit.message`, and the words.
STANDINGS: Mapping[Signed, tuple[str, Text]] = MappingProxyType(
    {
        Signed.AGREES: ("good", Text(en="The chain is the one that was signed", zh="封印链与签名一致")),
        Signed.DISAGREES: ("bad", Text(en="The chain is not the one that was signed", zh="封印链与签名不一致")),
        Signed.FORGED: ("bad", Text(en="The last checkpoint is not signed by this shop", zh="最近的检查点签名无效")),
        Signed.NONE: ("info", Text(en="No checkpoint has been signed yet", zh="尚无已签名的检查点")),
        Signed.UNKNOWN: (
            "warn",
            Text(en="This server cannot hold the chain against a checkpoint", zh="本服务器无法用检查点核对封印链"),
        ),
    }
)


def said_of(tag: str) -> Text:
    """Return what happened, in words; a part that has no words stands as it is."""
    noun, subject, action = [*tag.split(":", 2), "", ""][:3]
    if noun == _CASE:
        return _of_case(subject, action)
    begin = NOUNS.get(noun, _plain(noun))
    middle = SUBJECTS.get(subject, _plain(subject))
    end = ACTIONS.get(action, _plain(action))
    return Text(en=f"{begin.en} · {middle.en} · {end.en}", zh=f"{begin.zh} · {middle.zh} · {end.zh}")


def _of_case(exception: str, action: str) -> Text:
    """Return what happened to a case: its exception and its event have words of their own at the desk."""
    middle, end = _plain(exception), ACTIONS.get(action, _plain(action))
    titles = exception_titles()
    kind = titles[exception].zh if exception in titles else SUBJECTS.get(exception, middle).zh
    event = HAPPENED[Event(action)].zh if action in set(Event) else end.zh
    return Text(en=f"{NOUNS[_CASE].en} · {middle.en} · {end.en}", zh=f"{NOUNS[_CASE].zh} · {kind} · {event}")


def _plain(part: str) -> Text:
    said = part.replace("_", " ")
    return Text(en=said, zh=said)
