"""The words of the policy's pages: how a value is written and how it is said, and what a change comes to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from counterfoil.desk.previews.model import Change
from counterfoil.languages import Text
from counterfoil.shop.policies.editing import Unit

#: An amount that shows how one is written.
SAMPLE_MINOR = 5000
#: In what a value is written, and from where to where it goes; `most` is the largest number.
UNITS: Mapping[Unit, Text] = MappingProxyType(
    {
        Unit.DURATION: Text(
            en="A time: a whole number and s, min, h or d, such as 90s or 48h; at most 36500d.",
            zh="时长：整数加 s（秒）、min（分钟）、h（小时）或 d（天），如 90s、48h；最长 36500d。",
        ),
        Unit.DEADLINE: Text(
            en="A moment after a day, on the shop’s clock: T+1 10:00 is ten o’clock on the next day; at most T+99.",
            zh="某日之后的时刻，按门店时钟：T+1 10:00 即次日 10 点；最多 T+99。",
        ),
        Unit.MONEY: Text(
            en="The amount in the smallest unit of {currency}, as a whole number: {sample_minor} is {currency} "
            "{sample}.",
            zh="金额以 {currency} 的最小单位计，填整数：{sample_minor} 即 {currency} {sample}。",
        ),
        Unit.COUNT: Text(en="A whole number from 0 to {most}.", zh="整数，0 至 {most}。"),
        Unit.SHARE: Text(en="A number from 0 to 1; 0.25 is a quarter.", zh="0 至 1 的数；0.25 即四分之一。"),
        Unit.ZONE: Text(en="A time zone, such as Asia/Shanghai.", zh="时区名称，如 Asia/Shanghai。"),
        Unit.PATTERN: Text(
            en="A regular expression of signs, classes, groups, choices and repetitions.",
            zh="正则表达式：可用字符、字符类、分组、选择与重复。",
        ),
        Unit.CALLING_CODE: Text(
            en="One to three digits, such as 86 for China or 44 for the United Kingdom.",
            zh="一至三位数字，如中国 86、英国 44。",
        ),
    }
)

_DURATION = re.compile(r"(\d+)(s|min|h|d)")
_DEADLINE = re.compile(r"T\+(\d+) (\d+:\d+)")
_SHARE = re.compile(r"\d+(\.\d+)?")
_HUNDRED = 100
#: One of it, and several.
_SPANS: Mapping[str, tuple[Text, Text]] = MappingProxyType(
    {
        "s": (Text(en="{n} second", zh="{n} 秒"), Text(en="{n} seconds", zh="{n} 秒")),
        "min": (Text(en="{n} minute", zh="{n} 分钟"), Text(en="{n} minutes", zh="{n} 分钟")),
        "h": (Text(en="{n} hour", zh="{n} 小时"), Text(en="{n} hours", zh="{n} 小时")),
        "d": (Text(en="{n} day", zh="{n} 天"), Text(en="{n} days", zh="{n} 天")),
    }
)
#: By days; more of them are the last.
_DEADLINES = (
    Text(en="{time} on the same day", zh="当日 {time}"),
    Text(en="{time} on the next day", zh="次日 {time}"),
    Text(en="{time}, {n} days later", zh="{n} 天后 {time}"),
)


def said_value(written: str, unit: Unit) -> Text:
    """Return a value as people say it: `48h` is 48 hours; a quarter is 25 %; the rest is said as it is written."""
    if unit is Unit.DURATION and (span := _DURATION.fullmatch(written)):
        n = int(span[1])
        return _SPANS[span[2]][n != 1].filled(n=n)
    if unit is Unit.DEADLINE and (deadline := _DEADLINE.fullmatch(written)):
        days = int(deadline[1])
        return _DEADLINES[min(days, 2)].filled(n=days, time=deadline[2])
    if unit is Unit.SHARE and _SHARE.fullmatch(written):
        written = f"{(Decimal(written) * _HUNDRED).normalize():f} %"
    return Text(en=written, zh=written, is_filled=True)


CHANGES: Mapping[Change, Text] = MappingProxyType(
    {
        Change.NEW: Text(en="new", zh="新增"),
        Change.GONE: Text(en="gone", zh="消失"),
        Change.CHANGED: Text(en="changed", zh="变化"),
        Change.SAME: Text(en="the same", zh="不变"),
    }
)
#: A kind of `kit.state` for each, and an icon: a colour is never alone.
CHANGE_SIGNS: Mapping[Change, tuple[str, str]] = MappingProxyType(
    {
        Change.NEW: ("warn", "plus"),
        Change.GONE: ("good", "check"),
        Change.CHANGED: ("info", "scales"),
        Change.SAME: ("quiet", "done"),
    }
)
