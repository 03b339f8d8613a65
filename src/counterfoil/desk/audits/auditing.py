"""The process of one audit: `python -m counterfoil.desk.audits.auditing FOLDER PARENT`, started by the worker.

It reads its request from the folder and writes its progress, and in the end a summary or why there is none, into it. It
knows no database. It gives way to the shop, keeps to its memory, and ends with the process that has started it.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from counterfoil.desk.audits.choices import choices_in
from counterfoil.desk.audits.choosing import DOCUMENT, mapped_in
from counterfoil.desk.audits.folders import Folder
from counterfoil.desk.audits.model import STAGES
from counterfoil.error_words import said_on_a_page
from counterfoil.errors import BadInput
from counterfoil.languages import Language

EXIT_BAD_INPUT = 2
EXIT_ORPHANED = 3
#: On top of what the worker gives way itself.
GIVES_WAY = 5
#: For DuckDB, before it writes to disk; beside it runs a shop.
MEMORY_LIMIT = "1GB"
THREADS = 1
_LOOK_SECONDS = 1.0
_PERCENT = 100


@dataclass(slots=True)
class ToldProgress:
    """Writes how far the audit is, whenever a percent is over."""

    folder: Folder
    _told: tuple[str, int] = field(default=("", 0))

    def advance(self, stage: str, done: int, total: int) -> None:
        """Hear that some steps of a stage are over."""
        share = _PERCENT * done // max(total, 1)
        if stage in STAGES and (stage, share) != self._told:
            self._told = (stage, share)
            self.folder.write("progress", {"stage": stage, "share": min(max(share, 0), _PERCENT)})


def audit_in(folder: Folder) -> int:
    """Audit the files of a folder as its request says; returns the exit code."""
    from counterfoil.audit.outcome import audit  # noqa: PLC0415 — it takes a while, and the parent is watched meanwhile
    from counterfoil.desk.audits.summary import summary_of  # noqa: PLC0415 — as above

    asked = folder.read("request")
    if asked is None:
        raise FileNotFoundError(folder.path / "request.json")
    try:
        outcome = audit(_request(folder, asked), language=asked["language"], progress=ToldProgress(folder))
    except BadInput as error:
        folder.write("why", {"en": said_on_a_page(error, Language.EN), "zh": said_on_a_page(error, Language.ZH)})
        return EXIT_BAD_INPUT
    folder.write("summary", {**summary_of(outcome), DOCUMENT: asked[DOCUMENT]})
    return 0


def _request(folder: Folder, asked: Any) -> Any:  # noqa: ANN401 — a document in, and a request of a room that is loaded late
    from counterfoil.audit.run import AuditRequest  # noqa: PLC0415 — as above
    from counterfoil.shop.policies.rules import read_kept_policy  # noqa: PLC0415 — as above

    chosen = choices_in(asked[DOCUMENT])
    return AuditRequest(
        paths=[folder.files / name for name in asked["names"]],
        out=folder.out,
        as_of=chosen.as_of,
        policy=read_kept_policy(asked["policy"], time_zone=asked["time_zone"]).audit,
        time_zone=chosen.time_zone,
        currency=chosen.currency or asked["currency"],
        year=chosen.year,
        mapped=mapped_in(folder, chosen),
        merchant_id=asked["merchant_id"],
        threads=THREADS,
        memory_limit=MEMORY_LIMIT,
    )


def end_with(parent: int) -> None:
    """End when the process that has started this one is gone: nobody would hear the answer."""

    def watch() -> None:
        waiting = threading.Event()
        while os.getppid() == parent:
            waiting.wait(_LOOK_SECONDS)
        os._exit(EXIT_ORPHANED)

    threading.Thread(target=watch, name="parent", daemon=True).start()


def main(arguments: Sequence[str]) -> int:
    """Audit one folder."""
    folder, parent = Folder(Path(arguments[0])), int(arguments[1])
    end_with(parent)
    os.nice(GIVES_WAY)
    with folder.alone():
        folder.clear()
        return audit_in(folder)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
