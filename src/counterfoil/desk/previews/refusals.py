"""Why no preview is made, in order of precedence. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from counterfoil.languages import Text
from counterfoil.refusals import Refused


class PreviewRefusal(StrEnum):
    """An expected "no" to somebody who tries a policy. None of them changes anything."""

    DAYS_UNUSABLE = "days_unusable"
    BUSY = "preview_under_way"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_SLOW = "preview_too_slow"
    NOT_JUDGED_YET = "books_not_judged_yet"
    OUT_OF_MEMORY = "preview_out_of_memory"
    FAILED = "preview_failed"


TEXTS: Mapping[PreviewRefusal, Text] = MappingProxyType(
    {
        PreviewRefusal.DAYS_UNUSABLE: Text(
            en="These are no days that can be looked at: from a day to the same or a later one, none in the future, "
            "{most} at most. Nothing was tried: choose other days.",
            zh="日期范围不可用：须从某日到同一日或之后，不得晚于今天，最多 {most} 天。未试算：请另选日期。",
        ),
        PreviewRefusal.BUSY: Text(
            en="Another preview is under way on this server, and one is made at a time. Try again in half a minute.",
            zh="本服务器正在进行另一次试算，一次只做一个。请半分钟后再试。",
        ),
        PreviewRefusal.TOO_MANY_ROWS: Text(
            en="The books of these days have more than {most} rows, which is more than a page waits for. Nothing was "
            "tried: choose fewer days.",
            zh="所选日期的账本超过 {most} 行，网页试算等不了这么久。未试算：请缩短日期范围。",
        ),
        PreviewRefusal.TOO_SLOW: Text(
            en="It took longer than {most} seconds and was ended; nothing was changed. Choose fewer days, or try again "
            "when the shop is quiet.",
            zh="试算超过 {most} 秒，已终止，未作任何更改。请缩短日期范围，或在空闲时再试。",
        ),
        PreviewRefusal.NOT_JUDGED_YET: Text(
            en="So many sales cannot be judged while a page waits. The shop's books are being judged as a whole now, "
            "beside its work: with a million orders it takes some minutes. Nothing was changed; try the same days "
            "again then, and the answer takes seconds.",
            zh="所选日期的销售太多，网页等不及逐一判定。现已开始在后台判定全部账本（百万笔订单约需数分钟），不影响营业。"
            "未作任何更改；稍后用同样的日期再试，几秒钟即有结果。",
        ),
        PreviewRefusal.OUT_OF_MEMORY: Text(
            en="The preview ended without an answer (code {exit_code}): the memory did not suffice. Nothing was "
            "changed: choose fewer days.",
            zh="试算未得出结果即已结束（代码 {exit_code}）：内存不足。未作任何更改：请缩短日期范围。",
        ),
        PreviewRefusal.FAILED: Text(
            en="The rules could not be carried out under this value, or not under what holds now (code {exit_code}). "
            "Nothing was changed, and other days do not help: try another value. If every value ends like this, it is "
            "the policy that holds: decide the value that was changed last as it was, and report it, for no value "
            "should be taken that the rules cannot read.",
            zh="规则无法按此值执行，或无法按现行政策执行（代码 {exit_code}）。未作任何更改，换日期也无济于事："
            "请换一个值。如果每个值都是如此，问题就在现行政策：请把最近改过的值改回原样，并反馈此问题，因为规则读不了的值本不该被接受。",
        ),
    }
)

#: What may go better with the same request, later.
_TRANSIENT = frozenset({PreviewRefusal.BUSY, PreviewRefusal.TOO_SLOW, PreviewRefusal.NOT_JUDGED_YET})


def refused(code: PreviewRefusal, **facts: object) -> Refused:
    """Make the refusal of a preview."""
    return Refused(code=code, text=TEXTS[code], facts=facts, transient=code in _TRANSIENT)
