"""The words of the desk's pages for what cases are: by state, reason, role and exception. Data."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from counterfoil.audit.report.next_steps import NEXT_STEPS
from counterfoil.desk.cases.closures import CLOSURES
from counterfoil.desk.cases.inbox.model import Sort
from counterfoil.desk.cases.refusals import STATE_WORDS
from counterfoil.desk.cases.states import Event, State
from counterfoil.detectors.catalogue import EXCEPTIONS, Severity, catalogue
from counterfoil.languages import Text
from counterfoil.web.desk.filters import Age, Whose

#: How a state looks: a kind of `kit.state`.
STATE_KINDS: Mapping[State, str] = MappingProxyType(
    {
        State.OPEN: "info",
        State.IN_PROGRESS: "busy",
        State.WAITING: "warn",
        State.CLOSED: "good",
        State.MERGED: "quiet",
    }
)

SORTS: Mapping[Sort, Text] = MappingProxyType(
    {
        Sort.DUE: Text(en="due soonest", zh="最早到期"),
        Sort.MONEY: Text(en="most money", zh="金额最大"),
        Sort.AGE: Text(en="oldest", zh="最早发现"),
        Sort.CLOSED: Text(en="closed last", zh="最近结案"),
    }
)

#: What a row of evidence is, by its table.
ROWS: Mapping[str, Text] = MappingProxyType(
    {
        "orders": Text(en="order", zh="订单"),
        "order_lines": Text(en="line of an order", zh="订单行"),
        "payments": Text(en="payment", zh="付款"),
        "acquirer_records": Text(en="acquirer’s record", zh="收单记录"),
        "slips": Text(en="slip", zh="小票"),
        "notices": Text(en="notice", zh="通知"),
        "parcels": Text(en="parcel", zh="包裹"),
        "tracking_events": Text(en="tracking event", zh="物流轨迹"),
        "returns": Text(en="return", zh="退货"),
        "return_lines": Text(en="line of a return", zh="退货行"),
        "terminal_events": Text(en="what a till said", zh="收银机事件"),
    }
)

#: What happened to a case, as a heading; who did it stands beside it.
HAPPENED: Mapping[Event, Text] = MappingProxyType(
    {
        Event.CAME: Text(en="The case was opened", zh="立案"),
        Event.JOINED: Text(en="One more finding joined it", zh="并入了另一个问题"),
        Event.CHANGED: Text(en="The books say something else now", zh="账本说法有变"),
        Event.GONE: Text(en="The books agree again", zh="账本已一致"),
        Event.RETURNED: Text(en="The books disagree again", zh="账本再次不符"),
        Event.CONTRADICTED: Text(en="The books contradict the closure", zh="账本与结案不符"),
        Event.TAKEN: Text(en="Taken", zh="接手"),
        Event.ASSIGNED: Text(en="Assigned", zh="指派"),
        Event.RELEASED: Text(en="Put back", zh="退回"),
        Event.ESCALATED: Text(en="Escalated", zh="上报"),
        Event.ASKED: Text(en="Asked for something", zh="提出询问"),
        Event.ANSWERED: Text(en="Answered", zh="答复"),
        Event.NOTED: Text(en="Note", zh="备注"),
        Event.BEGUN: Text(en="A step was begun", zh="开始处置步骤"),
        Event.ENDED: Text(en="What the step came to", zh="处置结果"),
        Event.CLOSED: Text(en="Closed", zh="结案"),
        Event.REOPENED: Text(en="Reopened", zh="重新立案"),
        Event.MERGED: Text(en="Merged", zh="合并"),
        Event.PARTED: Text(en="Parted", zh="拆分"),
    }
)
#: An icon for each of them.
HAPPENED_ICONS: Mapping[Event, str] = MappingProxyType(
    {
        Event.CAME: "flag",
        Event.JOINED: "plus",
        Event.CHANGED: "scales",
        Event.GONE: "done",
        Event.RETURNED: "warning",
        Event.CONTRADICTED: "warning",
        Event.TAKEN: "person",
        Event.ASSIGNED: "person",
        Event.RELEASED: "undo",
        Event.ESCALATED: "raise",
        Event.ASKED: "question",
        Event.ANSWERED: "note",
        Event.NOTED: "note",
        Event.BEGUN: "hourglass",
        Event.ENDED: "check",
        Event.CLOSED: "done",
        Event.REOPENED: "again",
        Event.MERGED: "link",
        Event.PARTED: "link",
    }
)

STATES = STATE_WORDS

#: What is filtered for, as a chip says it.
CHIPS: Mapping[str, Text] = MappingProxyType(
    {
        "q": Text(en="Search: {what}", zh="搜索：{what}"),
        "exception": Text(en="{what}", zh="异常：{what}"),
        "severity": Text(en="Severity: {what}", zh="严重程度：{what}"),
        "store": Text(en="Store: {what}", zh="门店：{what}"),
        "owner": Text(en="Owner: {what}", zh="经办人：{what}"),
        "state": Text(en="State: {what}", zh="状态：{what}"),
        "turn": Text(en="Waits for: {what}", zh="等待：{what}"),
        "age": Text(en="Open for: {what}", zh="已发现：{what}"),
        "overdue": Text(en="{what}", zh="期限：{what}"),
        "at_least": Text(en="Money from: {what}", zh="金额不低于：{what}"),
    }
)
OVERDUE = Text(en="Overdue", zh="已逾期")
SEVERITIES: Mapping[Severity, Text] = MappingProxyType(
    {
        Severity.CRITICAL: Text(en="critical", zh="严重"),
        Severity.HIGH: Text(en="high", zh="高"),
        Severity.LOW: Text(en="low", zh="低"),
        Severity.INFO: Text(en="info", zh="提示"),
    }
)
OPEN_FOR: Mapping[Age, Text] = MappingProxyType(
    {
        Age.DAY: Text(en="a day or more", zh="一天以上"),
        Age.WEEK: Text(en="a week or more", zh="一周以上"),
        Age.MONTH: Text(en="a month or more", zh="一个月以上"),
    }
)
WHOSE: Mapping[Whose, Text] = MappingProxyType(
    {Whose.MINE: Text(en="me", zh="我"), Whose.NOBODYS: Text(en="nobody", zh="无人")}
)


@cache
def exception_titles() -> Mapping[str, Text]:
    """Return the names of the five exceptions, in their order."""
    found = catalogue()
    return MappingProxyType({name: Text(en=found[name].title["en"], zh=found[name].title["zh"]) for name in EXCEPTIONS})


@cache
def diagnosis_titles() -> Mapping[tuple[str, str], Text]:
    """Return the names of the diagnoses, by exception and diagnosis."""
    return MappingProxyType(
        {
            (detector.id, diagnosis.id): Text(en=diagnosis.title["en"], zh=diagnosis.title["zh"])
            for detector in catalogue().values()
            for diagnosis in detector.diagnoses
        }
    )


def diagnosis_title(exception: str, diagnosis: str) -> Text:
    """Return the name of a diagnosis; one that this version does not know is called by its id."""
    return diagnosis_titles().get((exception, diagnosis), Text(en=diagnosis, zh=diagnosis))


def next_step_title(next_step: str) -> Text:
    """Return how a step of a playbook is called."""
    return NEXT_STEPS.get(next_step, Text(en=next_step, zh=next_step))


def tone_of(exception: str) -> int:
    """Return the tone in which an exception is shown everywhere: its place among the five."""
    return EXCEPTIONS.index(exception) + 1 if exception in EXCEPTIONS else 1


#: What the desk's templates may name, beside what every template may.
WORDS: Mapping[str, Any] = MappingProxyType(
    {
        "states": STATES,
        "state_kinds": STATE_KINDS,
        "sorts": SORTS,
        "happened": HAPPENED,
        "happened_icons": HAPPENED_ICONS,
        "closure_words": CLOSURES,
        "diagnosis_title": diagnosis_title,
        "next_step_title": next_step_title,
        "tone_of": tone_of,
        "exceptions": EXCEPTIONS,
    }
)
