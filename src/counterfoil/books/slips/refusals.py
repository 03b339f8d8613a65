"""Why the word of a till about a slip is not taken, in order of precedence. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from counterfoil.languages import Text
from counterfoil.refusals import Refused


class SlipRefusal(StrEnum):
    """An expected "no" to what is told of a slip. None of them leaves anything behind."""

    SLIP_TIME_WITHOUT_ZONE = "slip_time_without_zone"
    SLIP_TIME_AHEAD = "slip_time_ahead"
    SLIP_TIME_BEHIND = "slip_time_behind"
    SLIP_OPERATOR_UNUSABLE = "slip_operator_unusable"
    SLIP_FAULT_MISSING = "slip_fault_missing"
    SLIP_FAULT_UNUSABLE = "slip_fault_unusable"
    NO_SUCH_SLIP = "no_such_slip"
    SLIP_CAME_OUT = "slip_came_out"


TEXTS: Mapping[SlipRefusal, Text] = MappingProxyType(
    {
        SlipRefusal.SLIP_TIME_WITHOUT_ZONE: Text(
            en="What is told of slip {slip_id} says no time zone, so it is no moment. Send told_at with an offset, "
            "such as Z or +08:00.",
            zh="票据 {slip_id} 的 told_at 没有时区，无法确定时刻。请带上偏移量发送，例如 Z 或 +08:00。",
        ),
        SlipRefusal.SLIP_TIME_AHEAD: Text(
            en="Slip {slip_id} is told of at {found}, and it is {now} here. Set the till's clock, and tell it again.",
            zh="票据 {slip_id} 的时间为 {found}，而此处为 {now}。请校准收银机时钟后重新发送。",
        ),
        SlipRefusal.SLIP_TIME_BEHIND: Text(
            en="Slip {slip_id} is told of at {found}, and it is {now} here: that is too long ago to be the till's own "
            "time. Set its clock, and tell it again.",
            zh="票据 {slip_id} 的时间为 {found}，而此处为 {now}：相隔过久，不会是收银机的真实时间。"
            "请校准时钟后重新发送。",
        ),
        SlipRefusal.SLIP_OPERATOR_UNUSABLE: Text(
            en="The operator_id of what is told of slip {slip_id} can be nobody's. Send the id of whoever was at the "
            "till, or none.",
            zh="票据 {slip_id} 的 operator_id 不可能是任何员工的编号。请发送当时收银员的编号，或不发送。",
        ),
        SlipRefusal.SLIP_FAULT_MISSING: Text(
            en="Slip {slip_id} is told to have failed without a fault. Send the printer's code with it, such as "
            "paper_out.",
            zh="票据 {slip_id} 标为失败但没有故障代码。请一并发送打印机代码，例如 paper_out。",
        ),
        SlipRefusal.SLIP_FAULT_UNUSABLE: Text(
            en="The fault of slip {slip_id} cannot be kept: 1 to {allowed} characters on one line, without a number "
            "that could be a card's, and only where the slip failed.",
            zh="票据 {slip_id} 的故障代码无法保存：须为一行内 1 至 {allowed} 个字符，不含疑似卡号的数字，"
            "且仅用于打印失败。",
        ),
        SlipRefusal.NO_SUCH_SLIP: Text(
            en="There is no slip {slip_id}. The slip of a sale has the id of its order, and is due once the sale is "
            "paid; look the sale up.",
            zh="没有票据 {slip_id}。销售票据的编号即订单编号，付清后才产生；请先查询该销售。",
        ),
        SlipRefusal.SLIP_CAME_OUT: Text(
            en="Slip {slip_id} is {state} already, so it cannot have failed. Nothing was changed; a copy that failed "
            "is no fault of the original.",
            zh="票据 {slip_id} 已是 {state} 状态，不可能失败。未作任何更改；副本打印失败不影响原件。",
        ),
    }
)


def refused(code: SlipRefusal, **facts: object) -> Refused:
    """Make the refusal of a word about a slip."""
    return Refused(code=code, text=TEXTS[code], facts=facts)
