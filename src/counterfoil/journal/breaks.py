"""What can be wrong with a journal, each with its name and its sentence. Frozen values; no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from counterfoil.ids import MerchantId
from counterfoil.languages import Language, Text


class Broken(StrEnum):
    """What does not hold, in the order in which it is looked at."""

    POSITIONS_MISSING = "positions_missing"  #: places between two seals are empty
    FACT_MISSING = "fact_missing"  #: a place is sealed, and its fact is gone
    FACT_CHANGED = "fact_changed"  #: the fact is not what was sealed
    ROWS_CHANGED = "rows_changed"  #: an order, a line or a payment is not what its fact created
    SEAL_CHANGED = "seal_changed"  #: the seal does not follow from the one before it
    SPELLING_UNKNOWN = "spelling_unknown"  #: sealed by a newer Counterfoil, or its number was changed
    ROW_WITHOUT_FACT = "row_without_fact"  #: a row of the counter that no fact created
    FACT_UNSEALED = "fact_unsealed"  #: recorded long ago, and no place in the chain
    KEY_MISSING = "key_missing"  #: there are checkpoints, and no key to hold them against
    CHECKPOINTS_MISSING = "checkpoints_missing"  #: facts were sealed long ago, and the file has no line about them
    LINE_UNREADABLE = "line_unreadable"  #: a line of the checkpoints is none
    LINE_OUT_OF_CHAIN = "line_out_of_chain"  #: a line was taken out, put in or moved before this one
    LINE_FORGED = "line_forged"  #: its signature is not ours
    LINES_DROPPED = "lines_dropped"  #: the file ends before its tally does
    CUT_BACK = "cut_back"  #: a checkpoint signed a place that the chain does not reach any more
    REBUILT = "rebuilt"  #: the chain has another seal where a checkpoint signed this one


WORDS: Mapping[Broken, Text] = MappingProxyType(
    {
        Broken.POSITIONS_MISSING: Text(
            en="position {position}: seals are missing up to here", zh="位置 {position}：此前的封印缺失"
        ),
        Broken.FACT_MISSING: Text(
            en="position {position}: fact {fact} was sealed, and is gone",
            zh="位置 {position}：事实 {fact} 已封印，却不见了",
        ),
        Broken.FACT_CHANGED: Text(
            en="position {position}: fact {fact} ({tag} of {subject}) is not what was sealed",
            zh="位置 {position}：事实 {fact}（{subject} 的 {tag}）与封印时不同",
        ),
        Broken.ROWS_CHANGED: Text(
            en="position {position}: fact {fact} ({tag}) stands, but what it created for {subject} was changed: the "
            "order, its lines, or its payments",
            zh="位置 {position}：事实 {fact}（{tag}）未变，但它为 {subject} 建立的订单、明细或付款被改动",
        ),
        Broken.SEAL_CHANGED: Text(
            en="position {position}: the seal of fact {fact} does not follow from the one before it",
            zh="位置 {position}：事实 {fact} 的封印与前一个封印不相接",
        ),
        Broken.SPELLING_UNKNOWN: Text(
            en="position {position}: fact {fact} is sealed in a way that this version does not know",
            zh="位置 {position}：事实 {fact} 的封印方式本版本无法识别",
        ),
        Broken.ROW_WITHOUT_FACT: Text(
            en="{subject} stands in the books, and no fact created it", zh="账本中有 {subject}，却没有任何事实建立它"
        ),
        Broken.FACT_UNSEALED: Text(
            en="fact {fact} ({tag} of {subject}) was recorded at {at} and is not sealed",
            zh="事实 {fact}（{subject} 的 {tag}）记录于 {at}，尚未封印",
        ),
        Broken.KEY_MISSING: Text(
            en="{file} has checkpoints, and the key that signed them is not there",
            zh="{file} 中有检查点，但签名所用的密钥不在",
        ),
        Broken.CHECKPOINTS_MISSING: Text(
            en="{file} has no checkpoint of the facts that were sealed by {at}",
            zh="{file} 中没有覆盖 {at} 之前已封印事实的检查点",
        ),
        Broken.LINE_UNREADABLE: Text(en="{file}, line {line}: no checkpoint", zh="{file} 第 {line} 行：不是检查点"),
        Broken.LINE_OUT_OF_CHAIN: Text(
            en="{file}, line {line}: it does not follow the line before it: one was removed, added, moved or changed",
            zh="{file} 第 {line} 行：与上一行不相接，有行被删除、添加、移动或改动",
        ),
        Broken.LINE_FORGED: Text(
            en="{file}, line {line}: its signature is not of our key", zh="{file} 第 {line} 行：签名并非出自本密钥"
        ),
        Broken.LINES_DROPPED: Text(
            en="{file}: line {line} is missing or another one than was written", zh="{file}：第 {line} 行缺失或已被替换"
        ),
        Broken.CUT_BACK: Text(
            en="position {position} was signed ({file}, line {line}), and the chain does not reach it: facts are gone, "
            "or an older backup was restored",
            zh="位置 {position} 曾被签署（{file} 第 {line} 行），但链条已到不了那里：事实丢失，或恢复了较旧的备份",
        ),
        Broken.REBUILT: Text(
            en="position {position} was signed with another seal ({file}, line {line}): the chain was rebuilt",
            zh="位置 {position} 曾以另一封印签署（{file} 第 {line} 行）：链条被重建",
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """One thing that does not hold, and where."""

    broken: Broken
    position: int | None = None
    fact_id: str | None = None
    tag: str | None = None
    subject: str | None = None
    at: datetime | None = None
    file: str | None = None
    line: int | None = None

    def told(self, language: Language) -> str:
        """Say it in one sentence."""
        return WORDS[self.broken].to(
            language,
            position=self.position,
            fact=self.fact_id,
            tag=self.tag,
            subject=self.subject,
            at=None if self.at is None else self.at.isoformat(timespec="seconds"),
            file=self.file,
            line=self.line,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What a verification of one merchant's journal came to."""

    merchant_id: MerchantId
    #: Seals that were computed anew.
    seals_n: int
    checkpoints_n: int
    #: The first breaks, of the chain first; the very first one is where trust ends.
    breaks: tuple[Break, ...]
    #: How many there are in all.
    breaks_n: int
    #: Checkpoints that do not agree, and were accepted by somebody after a restore.
    accepted_n: int

    @property
    def holds(self) -> bool:
        """Whether everything is as it was sealed and signed."""
        return self.breaks_n == 0
