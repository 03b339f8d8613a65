"""The values of an audit that somebody runs in the browser. Frozen; no I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NewType

from counterfoil.ids import StaffId
from counterfoil.languages import Text

AuditId = NewType("AuditId", str)

_MEBIBYTE = 1 << 20
#: One file, and all files of one audit, in bytes.
FILE_BYTES_MAX = 2048 * _MEBIBYTE
AUDIT_BYTES_MAX = 8192 * _MEBIBYTE
FILES_MAX = 200
#: So much of the disk stays free, whatever is sent: the shop's own database lives there.
DISK_RESERVE_BYTES = 2048 * _MEBIBYTE
#: A mapping that is sent; those that people write have a few KB, and reading a large one would hold up a page.
MAPPING_BYTES_MAX = 256 << 10
#: What a reader is called; a mapping may call its own anything.
READER_LENGTH_MAX = 100
#: A name as a file system keeps it, in bytes of UTF-8.
NAME_BYTES_MAX = 150

#: Files and reports are removed so long after something was last done with them; the findings' cases stay.
KEPT_FOR = timedelta(days=30)
#: Whoever runs an audit says so at least this often; one that is silent for longer is begun anew.
SILENT_FOR = timedelta(minutes=1)
#: An audit that was broken off so often is given up.
TRIES_MAX = 3
#: So many findings go to the desk, the worst first: an inbox with more of them helps nobody.
FINDINGS_TAKEN_MAX = 2_000


class State(StrEnum):
    """How far an audit is."""

    COLLECTING = "collecting"  #: files come in
    WAITING = "waiting"  #: for the worker, or for another audit of the merchant
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


#: Files may still come and go, and the audit may be run (again).
OPEN = frozenset({State.COLLECTING, State.FAILED, State.CANCELLED})
#: The worker has it, or will.
UNDER_WAY = frozenset({State.WAITING, State.RUNNING})

STATE_WORDS: Mapping[State, Text] = MappingProxyType(
    {
        State.COLLECTING: Text(en="files come in", zh="正在收集文件"),
        State.WAITING: Text(en="waiting", zh="等待中"),
        State.RUNNING: Text(en="running", zh="运行中"),
        State.DONE: Text(en="done", zh="已完成"),
        State.FAILED: Text(en="failed", zh="失败"),
        State.CANCELLED: Text(en="cancelled", zh="已取消"),
    }
)

#: The stages of a run in their order, by the names under which the audit tells its progress.
STAGES: Mapping[str, Text] = MappingProxyType(
    {
        "look": Text(en="Looking at the files", zh="识别文件"),
        "read": Text(en="Reading", zh="读取"),
        "match keys": Text(en="Looking for repeats", zh="检查重复行"),
        "rules": Text(en="Comparing the books", zh="核对账本"),
        "tell": Text(en="Writing the report", zh="生成报告"),
    }
)

#: Readers whose name is no name: what a file is where nobody has looked inside yet.
ARCHIVE = "archive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """One audit."""

    audit_id: AuditId
    state: State
    begun_by: StaffId
    begun_at: datetime
    changed_at: datetime
    #: When the worker last said that it is at it.
    beat_at: datetime | None
    tries: int
    #: One of `STAGES`; None: it has not begun.
    stage: str | None
    #: Of the stage, in percent.
    share: int
    #: Why it failed, one line in each language.
    why_en: str | None
    why_zh: str | None
    #: What it found and read, as `summary.py` writes it.
    summary: Mapping[str, Any] | None
    #: Somebody has asked for its findings on the desk, and what became of them.
    take_asked_by: StaffId | None
    taken_at: datetime | None
    taken_new_n: int | None
    taken_known_n: int | None
    taken_not_theirs_n: int | None
    #: Its files and its report are gone since then.
    removed_at: datetime | None

    @property
    def findings_n(self) -> int:
        """How many findings there are."""
        return int((self.summary or {}).get("findings_n", 0))

    @property
    def is_open(self) -> bool:
        """Whether files may come and go."""
        return self.state in OPEN and self.removed_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFile:
    """One file of an audit, as it was recognised when it came."""

    name: str
    size_bytes: int
    #: A reader's name, `book-format-1`, or `archive`.
    reader: str
    #: The table of the books that it is, where it is one.
    book: str | None
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """An audit with its files, by name."""

    audit: Audit
    files: Sequence[AuditFile]

    @property
    def size_bytes(self) -> int:
        """What the files take together."""
        return sum(file.size_bytes for file in self.files)
