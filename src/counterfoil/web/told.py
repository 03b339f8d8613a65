"""What a page says once, because something was done just before: by name, so that nobody else can word it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from counterfoil.languages import Text


class Told(StrEnum):
    """The messages that there are."""

    DESIGN_PRESSED = "design_pressed"
    TILL_CHOSEN = "till_chosen"
    SIGNED_OUT_EVERYWHERE = "signed_out_everywhere"
    CASES_ASSIGNED = "cases_assigned"
    CASES_CLOSED = "cases_closed"
    NOTHING_TICKED = "nothing_ticked"
    CASE_TAKEN = "case_taken"
    CASE_ASSIGNED = "case_assigned"
    CASE_RELEASED = "case_released"
    CASE_ESCALATED = "case_escalated"
    CASE_NOTED = "case_noted"
    CASE_ASKED = "case_asked"
    CASE_ANSWERED = "case_answered"
    CASE_CLOSED = "case_closed"
    CASE_REOPENED = "case_reopened"
    CASE_MERGED = "case_merged"
    CASE_PARTED = "case_parted"
    AUDIT_BEGUN = "audit_begun"
    AUDIT_FILED = "audit_filed"
    AUDIT_FILE_REMOVED = "audit_file_removed"
    AUDIT_CHOICES_KEPT = "audit_choices_kept"
    AUDIT_MAPPING_TAKEN = "audit_mapping_taken"
    AUDIT_MAPPING_REMOVED = "audit_mapping_removed"
    AUDIT_QUEUED = "audit_queued"
    AUDIT_CANCELLED = "audit_cancelled"
    AUDIT_TO_DESK = "audit_to_desk"
    DONE_BEFORE = "done_before"
    STEP_DONE = "step_done"
    STEP_ANSWERED = "step_answered"
    STEP_DECLINED = "step_declined"
    STEP_UNKNOWN = "step_unknown"
    STEP_UNDER_WAY = "step_under_way"
    STEP_NOTHING = "step_nothing"
    SLIP_OUT = "slip_out"
    SLIP_NOT_OUT = "slip_not_out"
    TAKEN_ON = "taken_on"
    ROLE_GIVEN = "role_given"
    ROLE_REVOKED = "role_revoked"
    PIN_SET = "pin_set"
    PASSWORD_SET = "password_set"  # noqa: S105 — the name of a message
    RETIRED = "retired"
    ITEM_CHANGED = "item_changed"
    POLICY_DECIDED = "policy_decided"
    TILLS_FOLLOW = "tills_follow"
    STOCK_COUNTED = "stock_counted"
    FILE_TAKEN = "file_taken"
    TERMINAL_RETIRED = "terminal_retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One of them, as it is shown. kind: good, info, warn."""

    title: Text
    kind: str = "good"


MESSAGES: Mapping[Told, Message] = MappingProxyType(
    {
        Told.DESIGN_PRESSED: Message(
            title=Text(en="Pressed once, whatever happens. Nothing was changed.", zh="只会执行一次。未作任何更改。")
        ),
        Told.TILL_CHOSEN: Message(title=Text(en="This browser is at the till now.", zh="此浏览器已绑定收银机。")),
        Told.SIGNED_OUT_EVERYWHERE: Message(
            title=Text(en="You are signed out on every device.", zh="已在所有设备上退出登录。")
        ),
        Told.CASES_ASSIGNED: Message(title=Text(en="The cases are assigned.", zh="个案已指派。")),
        Told.CASES_CLOSED: Message(title=Text(en="The cases are closed as harmless.", zh="个案已按无害结案。")),
        Told.NOTHING_TICKED: Message(
            title=Text(en="No case was ticked; nothing was done.", zh="没有勾选个案，未执行任何操作。"), kind="info"
        ),
        Told.CASE_TAKEN: Message(title=Text(en="The case is yours.", zh="个案已由您接手。")),
        Told.CASE_ASSIGNED: Message(title=Text(en="The case is assigned.", zh="个案已指派。")),
        Told.CASE_RELEASED: Message(title=Text(en="The case is back in the inbox.", zh="个案已退回收件箱。")),
        Told.CASE_ESCALATED: Message(title=Text(en="The case is escalated.", zh="个案已上报。")),
        Told.CASE_NOTED: Message(title=Text(en="The note is written.", zh="备注已保存。")),
        Told.CASE_ASKED: Message(
            title=Text(en="The question is written; the case waits.", zh="询问已记录，个案等待中。")
        ),
        Told.CASE_ANSWERED: Message(title=Text(en="The answer is written.", zh="答复已记录。")),
        Told.CASE_CLOSED: Message(title=Text(en="The case is closed.", zh="个案已结案。")),
        Told.CASE_REOPENED: Message(title=Text(en="The case is open again.", zh="个案已重新立案。")),
        Told.CASE_MERGED: Message(title=Text(en="The two cases are one now.", zh="两个个案已合并。")),
        Told.CASE_PARTED: Message(title=Text(en="The finding has a case of its own.", zh="该问题已单独立案。")),
        Told.AUDIT_BEGUN: Message(title=Text(en="The audit is begun. Send its files.", zh="已新建审计，请上传文件。")),
        Told.AUDIT_FILED: Message(title=Text(en="The files are here.", zh="文件已接收。")),
        Told.AUDIT_FILE_REMOVED: Message(title=Text(en="The file is removed.", zh="文件已移除。")),
        Told.AUDIT_CHOICES_KEPT: Message(title=Text(en="The choices are kept.", zh="选项已保存。")),
        Told.AUDIT_MAPPING_TAKEN: Message(
            title=Text(
                en="The mapping is here. Files that it knows can be sent now.", zh="映射已接收，可上传其能识别的文件。"
            )
        ),
        Told.AUDIT_MAPPING_REMOVED: Message(title=Text(en="The mapping is removed.", zh="映射已移除。")),
        Told.AUDIT_QUEUED: Message(title=Text(en="The audit is on its way.", zh="审计已提交。")),
        Told.AUDIT_CANCELLED: Message(
            title=Text(en="The audit is cancelled. Its files are still here.", zh="审计已取消，文件仍保留。")
        ),
        Told.AUDIT_TO_DESK: Message(
            title=Text(en="The findings are on their way to the desk.", zh="问题正在转到工作台。")
        ),
        Told.DONE_BEFORE: Message(
            title=Text(
                en="This was done before, by the same press; nothing was done again.",
                zh="同一次操作先前已完成，没有重复执行。",
            ),
            kind="info",
        ),
        Told.STEP_DONE: Message(title=Text(en="Done, and proven.", zh="已完成，并有凭据。")),
        Told.STEP_ANSWERED: Message(
            title=Text(en="The acquirer has answered; the payment has its end.", zh="收单方已答复，付款已有结果。")
        ),
        Told.STEP_DECLINED: Message(
            title=Text(en="The acquirer declined it; no money moved.", zh="收单方拒绝，款项未变动。"), kind="warn"
        ),
        Told.STEP_UNKNOWN: Message(
            title=Text(
                en="The acquirer has not answered. It is asked again by itself; nothing has to be pressed.",
                zh="收单方尚未答复。系统会自动继续查询，无需再按。",
            ),
            kind="warn",
        ),
        Told.STEP_UNDER_WAY: Message(
            title=Text(en="It is under way; nothing was done twice.", zh="正在进行中，没有重复执行。"), kind="info"
        ),
        Told.STEP_NOTHING: Message(
            title=Text(
                en="Nobody was asked just now: it has ended, or its next question is not due yet.",
                zh="本次未查询：已有结果，或尚未到下次查询时间。",
            ),
            kind="info",
        ),
        Told.SLIP_OUT: Message(
            title=Text(en="The slip is printed, and the books know it.", zh="小票已打印，并已登记。")
        ),
        Told.SLIP_NOT_OUT: Message(
            title=Text(
                en="The slip did not come out, and is still owed. Mend the printer, and print it again.",
                zh="小票未打印出来，仍需补打。请处理打印机后重新打印。",
            ),
            kind="warn",
        ),
        Told.TAKEN_ON: Message(
            title=Text(
                en="This person works here now. Give them a role, and a PIN.", zh="员工已新增。请授予角色并设置 PIN。"
            )
        ),
        Told.ROLE_GIVEN: Message(
            title=Text(en="The role is given; tills know it within seconds.", zh="角色已授予，收银机将在数秒内生效。")
        ),
        Told.ROLE_REVOKED: Message(
            title=Text(en="The role is revoked; tills know it within seconds.", zh="角色已收回，收银机将在数秒内生效。")
        ),
        Told.PIN_SET: Message(title=Text(en="The PIN is set.", zh="PIN 已设置。")),
        Told.PASSWORD_SET: Message(
            title=Text(
                en="The password is set, and the old one’s sessions are over.",
                zh="密码已设置，旧密码的登录已全部退出。",
            )
        ),
        Told.RETIRED: Message(title=Text(en="It is noted that this person has left.", zh="已登记离职。")),
        Told.ITEM_CHANGED: Message(
            title=Text(en="The item is changed; tills know it within seconds.", zh="商品已更改，收银机将在数秒内生效。")
        ),
        Told.POLICY_DECIDED: Message(
            title=Text(
                en="The new version holds; the desk follows it within minutes.",
                zh="新版本已生效，工作台将在数分钟内按其更新。",
            )
        ),
        Told.TILLS_FOLLOW: Message(
            title=Text(
                en="The new version holds; tills follow it within seconds.",
                zh="新版本已生效，收银机将在数秒内按其执行。",
            )
        ),
        Told.STOCK_COUNTED: Message(title=Text(en="The count is taken.", zh="盘点已登记。")),
        Told.FILE_TAKEN: Message(
            title=Text(en="The file is taken; tills know it within seconds.", zh="文件已导入，收银机将在数秒内生效。")
        ),
        Told.TERMINAL_RETIRED: Message(
            title=Text(en="The terminal is out of use; its token lets nobody in.", zh="收银机已停用，其令牌已失效。")
        ),
    }
)
