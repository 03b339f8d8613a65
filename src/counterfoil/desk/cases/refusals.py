"""Why something is not done to a case, in order of precedence: the first that holds is the answer. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from counterfoil.desk.cases.states import Event, State
from counterfoil.languages import Text
from counterfoil.refusals import Refused


class CaseRefusal(StrEnum):
    """An expected "no" to somebody who works on cases. None of them changes anything."""

    BAD_ACTION_ID = "bad_action_id"
    TOO_MANY = "too_many"
    TEXT_MISSING = "text_missing"
    TEXT_TOO_LONG = "text_too_long"
    PLAIN_NUMBER = "plain_number"
    NO_SUCH_ROLE = "no_such_role"
    NO_SUCH_CASE = "no_such_case"
    MAY_NOT = "may_not"
    ACTION_ID_TAKEN = "action_id_taken"
    IS_MERGED = "is_merged"
    CHANGED_MEANWHILE = "changed_meanwhile"
    OWNED_BY_ANOTHER = "owned_by_another"
    NOT_NOW = "not_now"
    ESCALATED_TO_OTHERS = "escalated_to_others"
    ALREADY_THEIRS = "already_theirs"
    NO_SUCH_PERSON = "no_such_person"
    THEY_MAY_NOT = "they_may_not"
    REASON_NOT_FOR_THIS = "reason_not_for_this"
    BAD_PROOF = "bad_proof"
    NO_SUCH_ROW = "no_such_row"
    MOVES_MONEY = "moves_money"
    CHARGE_STILL_HERE = "charge_still_here"
    OWN_DOING = "own_doing"
    SECOND_PERSON_MISSING = "second_person_missing"
    NOT_TOGETHER = "not_together"
    NOT_APART = "not_apart"

    def is_transient(self) -> bool:
        """Whether the same request may succeed later, unchanged: never; somebody has to look again first."""
        return False


TEXTS: Mapping[CaseRefusal, Text] = MappingProxyType(
    {
        CaseRefusal.BAD_ACTION_ID: Text(
            en="The press of the button has no usable id; nothing was done. Load the page again.",
            zh="本次操作没有可用的编号，未执行任何操作。请刷新页面。",
        ),
        CaseRefusal.TOO_MANY: Text(
            en="{found} cases at once are too many; nothing was done. Choose at most {most}.",
            zh="一次选择了 {found} 个个案，过多，未执行任何操作。请至多选择 {most} 个。",
        ),
        CaseRefusal.TEXT_MISSING: Text(
            en="Nothing was written, and nothing was done. Write what the next person has to know.",
            zh="没有填写内容，未执行任何操作。请写明后续处理的人需要知道什么。",
        ),
        CaseRefusal.TEXT_TOO_LONG: Text(
            en="The text has more than {most} characters; nothing was done. Say it shorter.",
            zh="内容超过 {most} 个字，未执行任何操作。请简短说明。",
        ),
        CaseRefusal.PLAIN_NUMBER: Text(
            en="The text holds a card number, a PIN or a phone number; it was not kept. Write the last four digits, or "
            "an order as order:NUMBER.",
            zh="内容含有卡号、密码或电话号码，未保存。请只写后四位；订单请写成 order:订单号。",
        ),
        CaseRefusal.NO_SUCH_ROLE: Text(
            en="Nobody works on cases as {found}; nothing was done. Choose another role.",
            zh="{found} 不处理个案，未执行任何操作。请选择其他角色。",
        ),
        CaseRefusal.NO_SUCH_CASE: Text(
            en="There is no case {case_id}. Look it up by its order or payment.",
            zh="没有个案 {case_id}。请按订单或付款查找。",
        ),
        CaseRefusal.MAY_NOT: Text(
            en="{staff_id} may not work on cases of that store; nothing was done. Ask whoever may.",
            zh="{staff_id} 无权处理该门店的个案，未执行任何操作。请找有权限的人。",
        ),
        CaseRefusal.ACTION_ID_TAKEN: Text(
            en="This press of the button did something else before; nothing was done now. Load the page again.",
            zh="同一次操作先前已用于其他内容，此次未执行。请刷新页面。",
        ),
        CaseRefusal.IS_MERGED: Text(
            en="Case {case_id} is one matter with {into}; nothing was done. Work on that one.",
            zh="个案 {case_id} 已并入 {into}，未执行任何操作。请处理后者。",
        ),
        CaseRefusal.CHANGED_MEANWHILE: Text(
            en="{who_en} {what_en} meanwhile ({at}); nothing was done, and what you wrote is still in front of you. "
            "Look at the case again, then decide.",
            zh="在此期间（{at}），{who_zh}{what_zh}；您的操作未执行，所填内容仍在页面上。请先重新查看个案，再作决定。",
        ),
        CaseRefusal.OWNED_BY_ANOTHER: Text(
            en="{owner_id} works on this case; nothing was done. Talk to them, or have the case assigned to you.",
            zh="该个案由 {owner_id} 经办，未执行任何操作。请与其沟通，或将个案指派给您。",
        ),
        CaseRefusal.NOT_NOW: Text(
            en="The case is {state_en}, and so it cannot be {event_en}; nothing was done. Look at it again.",
            zh="个案{state_zh}，不能{event_zh}，未执行任何操作。请重新查看。",
        ),
        CaseRefusal.ESCALATED_TO_OTHERS: Text(
            en="The case was escalated to the role {role}; nothing was done. Somebody of that role has to take it.",
            zh="该个案已上报给角色 {role}，未执行任何操作。须由该角色的人接手。",
        ),
        CaseRefusal.ALREADY_THEIRS: Text(
            en="{staff_id} has this case already; nothing was done.", zh="该个案已由 {staff_id} 经办，无需再指派。"
        ),
        CaseRefusal.NO_SUCH_PERSON: Text(
            en="Nobody called {staff_id} works here; nothing was done. Choose somebody else.",
            zh="没有在职员工 {staff_id}，未执行任何操作。请另选他人。",
        ),
        CaseRefusal.THEY_MAY_NOT: Text(
            en="{staff_id} may not work on cases of that store; nothing was done. Choose somebody who may.",
            zh="{staff_id} 无权处理该门店的个案，未执行任何操作。请选择有权限的人。",
        ),
        CaseRefusal.REASON_NOT_FOR_THIS: Text(
            en="{found} does not close a case of {exception}; nothing was done. Choose a reason of its playbook.",
            zh="{found} 不能用于 {exception} 的结案，未执行任何操作。请选择处置手册中的结案原因。",
        ),
        CaseRefusal.BAD_PROOF: Text(
            en="{found} names no row of a book; nothing was done. Write payment:NUMBER or acquirer_record:NUMBER.",
            zh="{found} 不是账本中某一行的写法，未执行任何操作。请写成 payment:编号 或 acquirer_record:编号。",
        ),
        CaseRefusal.NO_SUCH_ROW: Text(
            en="There is no {found} in the books of your stores; nothing was done. Look at the number again, or leave "
            "the proof empty and say in words what shows it.",
            zh="您所在门店的账本中没有 {found}，未执行任何操作。请核对编号；或将凭据留空，改用文字说明。",
        ),
        CaseRefusal.MOVES_MONEY: Text(
            en="The next step of this case moves money; it was left as it is. Open it and decide it by itself.",
            zh="该个案的下一步涉及资金，未作改动。请单独打开处理。",
        ),
        CaseRefusal.CHARGE_STILL_HERE: Text(
            en="A charge of this case was to go back to the customer, and the shop still has it; the case stays open. "
            "Give it back first; if it went back some other way, close the case with what explains that.",
            zh="本个案中有一笔扣款本应退还顾客，款项目前仍在本店，个案尚未结案。请先完成退款；若已用其他方式退还，请改用说明性的结案原因。",
        ),
        CaseRefusal.OWN_DOING: Text(
            en="The case is about what {staff_id} rang up; it is still open. Somebody else has to accept it.",
            zh="该个案涉及 {staff_id} 本人的操作，仍未结案。须由他人认可。",
        ),
        CaseRefusal.SECOND_PERSON_MISSING: Text(
            en="A second person has to consent with their PIN before this is written off; nothing was done.",
            zh="核销须由第二人输入 PIN 同意，未执行任何操作。",
        ),
        CaseRefusal.NOT_TOGETHER: Text(
            en="{case_id} and {into} cannot become one matter: both have to be in hand, and two. Nothing was done.",
            zh="{case_id} 与 {into} 不能合并：须为两个均未结案的不同个案。未执行任何操作。",
        ),
        CaseRefusal.NOT_APART: Text(
            en="{finding_id} cannot be parted from {case_id}: it is not in it, or one of them would be about nothing. "
            "Nothing was done.",
            zh="{finding_id} 不能从 {case_id} 中拆出：它不在其中，或拆开后有一方已无问题。未执行任何操作。",
        ),
    }
)

#: "The case is …"; of a state.
STATE_WORDS: Mapping[State, Text] = MappingProxyType(
    {
        State.OPEN: Text(en="open", zh="待接手"),
        State.IN_PROGRESS: Text(en="in progress", zh="处理中"),
        State.WAITING: Text(en="waiting", zh="等待中"),
        State.CLOSED: Text(en="closed", zh="已结案"),
        State.MERGED: Text(en="merged", zh="已合并"),
    }
)

#: "Somebody … it", and in Chinese what somebody did; of an event.
EVENT_WORDS: Mapping[Event, Text] = MappingProxyType(
    {
        Event.CAME: Text(en="opened it", zh="立案"),
        Event.JOINED: Text(en="put more into it", zh="并入了其他问题"),
        Event.CHANGED: Text(en="changed what they say of it", zh="的说法有变"),
        Event.GONE: Text(en="agreed about it again", zh="已一致"),
        Event.RETURNED: Text(en="disagreed about it again", zh="再次不符"),
        Event.CONTRADICTED: Text(en="contradicted its closure", zh="与结案不符"),
        Event.TAKEN: Text(en="took it", zh="接手了个案"),
        Event.ASSIGNED: Text(en="assigned it", zh="指派了个案"),
        Event.RELEASED: Text(en="put it back", zh="退回了个案"),
        Event.ESCALATED: Text(en="escalated it", zh="上报了个案"),
        Event.ASKED: Text(en="asked for something", zh="提出了询问"),
        Event.ANSWERED: Text(en="answered", zh="作了答复"),
        Event.NOTED: Text(en="wrote a note", zh="写了备注"),
        Event.BEGUN: Text(en="began a step of its playbook", zh="开始了处置步骤"),
        Event.ENDED: Text(en="carried a step of its playbook out", zh="执行了处置步骤"),
        Event.CLOSED: Text(en="closed it", zh="已结案"),
        Event.REOPENED: Text(en="reopened it", zh="重新立案"),
        Event.MERGED: Text(en="merged it", zh="合并了个案"),
        Event.PARTED: Text(en="parted it", zh="拆分了个案"),
    }
)

#: Of an event, what a case "cannot be", where it is refused.
NOT_NOW_WORDS: Mapping[Event, Text] = MappingProxyType(
    {
        Event.TAKEN: Text(en="taken", zh="接手"),
        Event.ASSIGNED: Text(en="assigned", zh="指派"),
        Event.RELEASED: Text(en="put back", zh="退回"),
        Event.ESCALATED: Text(en="escalated", zh="上报"),
        Event.ASKED: Text(en="asked about", zh="询问"),
        Event.ANSWERED: Text(en="answered", zh="答复"),
        Event.NOTED: Text(en="noted on", zh="写备注"),
        Event.BEGUN: Text(en="worked on", zh="执行处置步骤"),
        Event.ENDED: Text(en="worked on", zh="执行处置步骤"),
        Event.CLOSED: Text(en="closed", zh="结案"),
        Event.REOPENED: Text(en="reopened", zh="重新立案"),
        Event.MERGED: Text(en="merged", zh="合并"),
        Event.PARTED: Text(en="parted", zh="拆分"),
        Event.JOINED: Text(en="added to", zh="并入"),
    }
)

#: Who did it, where it was nobody of the staff.
THE_BOOKS = Text(en="The books", zh="账本")


def refused(code: CaseRefusal, **facts: object) -> Refused:
    """Make the refusal of a verb of cases."""
    return Refused(code=code, text=TEXTS[code], facts=facts, transient=code.is_transient())
