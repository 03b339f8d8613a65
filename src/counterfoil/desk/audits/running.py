"""Runs audits that wait, one at a time for each merchant, each in a process of its own; called by the worker.

Whoever runs one says so every second. One that has been silent for a minute was broken off, and is begun anew by the
next who looks; a cancelled one ends within a second.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import structlog

from counterfoil.audit.secret import VARIABLE as HASH_KEY_VARIABLE
from counterfoil.desk.audits import asking, store
from counterfoil.desk.audits.auditing import EXIT_BAD_INPUT
from counterfoil.desk.audits.choosing import DOCUMENT, chosen_in
from counterfoil.desk.audits.folders import Folder, Folders
from counterfoil.desk.audits.model import SILENT_FOR, TRIES_MAX, Audit, AuditId, State
from counterfoil.errors import Bug
from counterfoil.languages import Text
from counterfoil.shop.merchants import store as merchants
from counterfoil.shop.policies import store as policies
from counterfoil.shop.staff import store as staff

if TYPE_CHECKING:
    import sqlalchemy as sa

    from counterfoil.db.engine import Database
    from counterfoil.ids import MerchantId

log = structlog.get_logger()

#: Between two looks at the process.
LOOK_SECONDS = 0.5
#: A process that is told to end has so long before it is ended.
END_SECONDS_MAX = 5.0

_BROKEN_OFF = Text(
    en="The audit was broken off {n} times, and is not tried again by itself. Run it again, with fewer files at once.",
    zh="审计已中断 {n} 次，不再自动重试。请减少文件后重新运行。",
)
_ENDED = Text(
    en="The audit ended without an answer (code {code}). The memory may not suffice: run it again with fewer files.",
    zh="审计未得出结果即已结束（代码 {code}）。可能是内存不足，请减少文件后重新运行。",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRunning:
    """Runs the audits of one merchant."""

    database: Database
    folders: Folders
    merchant_id: MerchantId
    #: By which people and instruments are told apart: with the key of the live books, the same ones have the same name.
    key: bytes
    clock: Callable[[], datetime]
    #: Set when this process was told to end.
    ending: threading.Event

    def run_waiting(self) -> int:
        """Run everything that waits, the oldest first; returns how many were begun."""
        begun = 0
        while not self.ending.is_set() and (audit := self._claimed()) is not None:
            begun += 1
            self._run(audit)
        return begun

    def _claimed(self) -> Audit | None:
        """Take up the next audit; None where there is none, or somebody runs one of this merchant."""
        with self.database.transaction(self.merchant_id) as connection:
            now = self.clock()
            under_way = store.under_way(connection, self.merchant_id)
            if any(audit.beat_at is not None and audit.beat_at + SILENT_FOR > now for audit in under_way):
                return None
            for audit in under_way:
                if audit.tries >= TRIES_MAX:
                    self._fail(connection, audit.audit_id, _BROKEN_OFF.filled(n=audit.tries))
                    continue
                store.change(
                    connection,
                    self.merchant_id,
                    audit.audit_id,
                    state=State.RUNNING,
                    beat_at=now,
                    tries=audit.tries + 1,
                    stage=None,
                    share=0,
                )
                return audit
        return None

    def _run(self, audit: Audit) -> None:
        folder = self.folders.of(self.merchant_id, audit.audit_id)
        folder.make()
        with self.database.transaction(self.merchant_id) as connection:
            folder.write("request", {**self._request(connection, audit), DOCUMENT: chosen_in(folder).document()})
        process = start_process(folder, self.key)
        try:
            self._attend(audit, folder, process)
        finally:
            # Also where the database has gone away meanwhile: nobody would hear the answer.
            _end(process)

    def _request(self, connection: sa.Connection, audit: Audit) -> Mapping[str, object]:
        now = self.clock()
        merchant = merchants.merchant(connection, self.merchant_id)
        person = staff.person(connection, self.merchant_id, audit.begun_by)
        version = policies.version_at(connection, self.merchant_id, now)
        if merchant is None or person is None:
            raise Bug("an audit of nobody, or begun by nobody")
        return {
            "names": [file.name for file in store.files(connection, self.merchant_id, audit.audit_id)],
            "policy": version.text if version is not None else "",
            "time_zone": merchant.time_zone,
            "currency": merchant.currency,
            "merchant_id": self.merchant_id,
            "language": person.language,
        }

    def _attend(self, audit: Audit, folder: Folder, process: subprocess.Popen[bytes]) -> None:
        """Wait for the process, and say how far it is, until it ends, is cancelled, or this process has to end."""
        while True:
            try:
                code = process.wait(LOOK_SECONDS)
            except subprocess.TimeoutExpired:
                if self.ending.is_set():
                    _end(process)
                    self._give_back(audit)
                    return
                if not self._beat(audit, folder):
                    log.info("audit_cancelled", merchant_id=self.merchant_id, audit_id=audit.audit_id)
                    return
                continue
            self._settle(audit, folder, code)
            return

    def _beat(self, audit: Audit, folder: Folder) -> bool:
        told = folder.read("progress") or {"stage": None, "share": 0}
        with self.database.transaction(self.merchant_id) as connection:
            return store.beat(
                connection,
                self.merchant_id,
                audit.audit_id,
                stage=told["stage"],
                share=told["share"],
                now=self.clock(),
            )

    def _give_back(self, audit: Audit) -> None:
        """Let it wait again: whoever works next begins it anew, and this try does not count."""
        with self.database.transaction(self.merchant_id) as connection:
            found = store.audit(connection, self.merchant_id, audit.audit_id, lock=True)
            if found is not None and found.state is State.RUNNING:
                store.change(
                    connection,
                    self.merchant_id,
                    audit.audit_id,
                    state=State.WAITING,
                    beat_at=None,
                    tries=audit.tries,
                    stage=None,
                    share=0,
                )
                asking.queue(connection, self.merchant_id, asking.RUN)

    def _settle(self, audit: Audit, folder: Folder, code: int) -> None:
        """Write what became of it, unless it was cancelled in its last moment."""
        summary, why = folder.read("summary"), folder.read("why")
        with self.database.transaction(self.merchant_id) as connection:
            found = store.audit(connection, self.merchant_id, audit.audit_id, lock=True)
            if found is None or found.state is not State.RUNNING:
                return
            if code == 0 and summary is not None:
                store.change(
                    connection,
                    self.merchant_id,
                    audit.audit_id,
                    state=State.DONE,
                    beat_at=None,
                    changed_at=self.clock(),
                    summary=summary,
                )
            elif code == EXIT_BAD_INPUT and why is not None:
                self._fail(connection, audit.audit_id, Text(en=why["en"], zh=why["zh"]))
            else:
                self._fail(connection, audit.audit_id, _ENDED.filled(code=code))
        log.info("audit_ended", merchant_id=self.merchant_id, audit_id=audit.audit_id, code=code)

    def _fail(self, connection: sa.Connection, audit_id: AuditId, why: Text) -> None:
        store.change(
            connection,
            self.merchant_id,
            audit_id,
            state=State.FAILED,
            beat_at=None,
            changed_at=self.clock(),
            why_en=why.en,
            why_zh=why.zh,
        )


def start_process(folder: Folder, key: bytes) -> subprocess.Popen[bytes]:
    """Start the process that audits a folder; it ends with this one."""
    with folder.says.open("wb") as says:
        return subprocess.Popen(  # noqa: S603 — our own module, and a path that we have made
            [sys.executable, "-m", "counterfoil.desk.audits.auditing", str(folder.path), str(os.getpid())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=says,
            env={**os.environ, HASH_KEY_VARIABLE: key.hex(), "TMPDIR": str(folder.scratch)},
        )


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process of ours, and wait until it is gone."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(END_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
