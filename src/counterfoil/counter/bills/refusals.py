"""Why a bill is not taken in. Nothing of it is written then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from types import MappingProxyType

from counterfoil.errors import BadOption
from counterfoil.languages import Text
from counterfoil.refusals import Refused


class BillRefusal(StrEnum):
    """An expected "no" to a bill."""

    #: It cannot be read, is no bill, or disagrees with its own totals; the code of every request that cannot be read.
    NO_BILL = "malformed"
    #: Somebody says whose it is, and no setting calls an acquirer so.
    NO_SUCH_ACQUIRER = "no_such_acquirer"
    #: Nobody says whose it is, and the settings call no acquirer as its format does.
    ACQUIRER_NOT_NAMED = "acquirer_not_named"

    def is_transient(self) -> bool:
        """Whether the same file may be taken later, unchanged: never."""
        return False


TEXTS: Mapping[BillRefusal, Text] = MappingProxyType(
    {
        BillRefusal.NO_BILL: Text(
            en="The file was not taken in: {why}. Nothing of it was written: ask for the bill again.",
            zh="文件未录入：{why}。未写入任何内容：请重新索取账单。",
        ),
        BillRefusal.NO_SUCH_ACQUIRER: Text(
            en="No acquirer of this merchant is called {asked}; the settings know: {known}. Nothing was written, for "
            "no row would find its payment: name one of them.",
            zh="该商户没有名为 {asked} 的收单渠道；配置中有：{known}。未写入任何内容，因为各行都将找不到对应付款："
            "请使用其中的名称。",
        ),
        BillRefusal.ACQUIRER_NOT_NAMED: Text(
            en="By its format the file is of {asked}, and the settings call no acquirer of this merchant so; they "
            "know: {known}. Nothing was written, for no row would find its payment: say whose it is.",
            zh="按文件格式，其收单方为 {asked}，而该商户的配置中没有此名称；配置中有：{known}。未写入任何内容，"
            "因为各行都将找不到对应付款：请指明收单方。",
        ),
    }
)


class BillRefused(BadOption):
    """A bill is refused by name."""

    def __init__(self, refused: Refused) -> None:
        self.refused = refused
        super().__init__(refused.text.filled(**refused.facts))


def unknown_acquirer(refusal: BillRefusal, asked: str, known: Sequence[str]) -> BillRefused:
    """Refuse a name that no setting knows, with those that are known: the closest first."""
    closest = sorted(known, key=lambda name: (-likeness(asked, name), name))
    facts = {"asked": asked, "known": ", ".join(closest) or "—"}
    return BillRefused(Refused(code=refusal, text=TEXTS[refusal], facts=facts))


def likeness(one: str, other: str) -> float:
    """Say how alike two names are, from 0 to 1; capitals make no difference."""
    return SequenceMatcher(None, one.casefold(), other.casefold(), autojunk=False).ratio()
