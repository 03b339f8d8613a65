"""The words of the page of problems, by status and by what is the matter with the books. Data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from counterfoil.db.trouble import Kind
from counterfoil.languages import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One problem: what happened, what it means, what to do."""

    title: Text
    meaning: Text
    advice: Text
    #: A name of `parts/icons.html`.
    icon: str


PROBLEMS: Mapping[int, Words] = MappingProxyType(
    {
        400: Words(
            title=Text(en="That address cannot be read", zh="无法识别访问地址"),
            meaning=Text(
                en="The request does not say to which server it goes: its Host header is no name of one. "
                "Nothing was changed.",
                zh="请求没有写明要访问的服务器：Host 标头不是有效的名称或地址。未作任何更改。",
            ),
            advice=Text(
                en="Open the page anew by its address. Where a proxy stands in between, it must hand the header on.",
                zh="请用网址重新打开页面。如果中间有代理，请让它原样转发该标头。",
            ),
            icon="warning",
        ),
        403: Words(
            title=Text(en="You may not open this", zh="您无权打开此页"),
            meaning=Text(
                en="None of your roles at the store that is shown allows it. Nothing was changed.",
                zh="您在当前门店的角色没有这项权限。未作任何更改。",
            ),
            advice=Text(en="Ask the owner for the role.", zh="请店主授予角色。"),
            icon="lock",
        ),
        404: Words(
            title=Text(en="There is nothing here", zh="此地址没有内容"),
            meaning=Text(
                en="The address is mistyped, or what it named belongs to somebody else or is gone.",
                zh="地址有误，或所指内容不属于您，或已不存在。",
            ),
            advice=Text(en="Go back, or begin at the start page.", zh="请返回上一页，或从首页开始。"),
            icon="search",
        ),
        405: Words(
            title=Text(en="This address does not take that", zh="此地址不接受该操作"),
            meaning=Text(en="Nothing was changed.", zh="未作任何更改。"),
            advice=Text(en="Go back, and use the buttons of the page.", zh="请返回上一页，使用页面上的按钮。"),
            icon="warning",
        ),
        413: Words(
            title=Text(en="That is too much at once", zh="内容过大"),
            meaning=Text(
                en="The form or the file is larger than is taken. Nothing was changed.",
                zh="表单或文件超过了上限。未作任何更改。",
            ),
            advice=Text(en="Send less at once.", zh="请减少单次提交的内容。"),
            icon="warning",
        ),
        419: Words(
            title=Text(en="This page had grown old", zh="页面已过期"),
            meaning=Text(
                en="The form was made before you signed in or out, or in another browser. Nothing was changed.",
                zh="该表单是在登录或退出之前、或在其他浏览器中打开的。未作任何更改。",
            ),
            advice=Text(en="Open the page anew, and do it once more.", zh="请重新打开页面，再操作一次。"),
            icon="clock",
        ),
        422: Words(
            title=Text(en="That cannot be read", zh="无法读取所填内容"),
            meaning=Text(
                en="Something in the form or in the address does not fit. Nothing was changed.",
                zh="表单或地址中有内容不符合要求。未作任何更改。",
            ),
            advice=Text(en="Go back, and check what was filled in.", zh="请返回上一页，核对所填内容。"),
            icon="warning",
        ),
        429: Words(
            title=Text(en="Too many tries", zh="尝试次数过多"),
            meaning=Text(en="Nothing was looked at or changed.", zh="本次未予处理，未作任何更改。"),
            advice=Text(en="Wait a few minutes, and try again.", zh="请等几分钟后再试。"),
            icon="clock",
        ),
    }
)

REFUSED = Words(
    title=Text(en="That was not done", zh="未能完成"),
    meaning=Text(en="Nothing was changed.", zh="未作任何更改。"),
    advice=Text(en="Go back, and look at what holds now.", zh="请返回上一页，查看当前状态。"),
    icon="warning",
)

FAULT = Words(
    title=Text(en="Something broke on our side", zh="系统出现故障"),
    meaning=Text(
        en="Whether it was done is not known. Pressing the same button again does not do it twice.",
        zh="是否已完成尚不确定。再按同一个按钮不会重复执行。",
    ),
    advice=Text(
        en="Go back, look whether it happened, and try again. If it stays so, tell whoever looks after the server.",
        zh="请返回上一页，确认结果后再试。如仍然如此，请联系系统管理员。",
    ),
    icon="warning",
)

_AWAY = Words(
    title=Text(en="The books cannot be reached", zh="账本暂时无法访问"),
    meaning=Text(
        en="The database does not answer. What was recorded is safe; "
        "whether your last press was recorded is not known.",
        zh="数据库没有响应。已记录的内容是安全的；最后一次操作是否已记录尚不确定。",
    ),
    advice=Text(
        en="Try again in a moment. Pressing the same button again does not do it twice.",
        zh="请稍后再试。再按同一个按钮不会重复执行。",
    ),
    icon="database",
)
_READ_ONLY = Words(
    title=Text(en="The books can only be read at present", zh="账本目前只读"),
    meaning=Text(en="Nothing was recorded.", zh="未记录任何内容。"),
    advice=Text(
        en="You can go on looking; try again later to change something.", zh="可以继续查看；如需更改，请稍后再试。"
    ),
    icon="database",
)
_BUSY = Words(
    title=Text(en="The books are too busy", zh="账本过于繁忙"),
    meaning=Text(
        en="It was not done to its end; what had begun before that stands where it was.",
        zh="操作未能完成；此前已开始的部分停留在原处。",
    ),
    advice=Text(
        en="Try again in a moment. Pressing the same button again does not do it twice.",
        zh="请稍后再试。再按同一个按钮不会重复执行。",
    ),
    icon="database",
)
_FULL = Words(
    title=Text(en="The disk of the books is full", zh="账本所在磁盘已满"),
    meaning=Text(
        en="Nothing was recorded, and nothing can be until there is room.", zh="未记录任何内容；腾出空间之前无法记录。"
    ),
    advice=Text(en="Tell whoever looks after the server at once.", zh="请立即联系系统管理员。"),
    icon="database",
)

TROUBLES: Mapping[Kind, Words] = MappingProxyType(
    {
        Kind.UNREACHABLE: _AWAY,
        Kind.FULL: _FULL,
        Kind.READ_ONLY: _READ_ONLY,
        Kind.BUSY: _BUSY,
        Kind.BROKEN: FAULT,
    }
)
