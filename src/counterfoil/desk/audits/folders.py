"""Where the files of an audit lie: a folder of its own under the data home, readable by nobody else.

Ids are no paths: an id begins with a letter or a digit and holds no slash, so it names one folder and never leads out.
"""

from __future__ import annotations

import fcntl
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from counterfoil.desk.audits.model import AuditId
from counterfoil.errors import Bug
from counterfoil.ids import MerchantId, is_id

#: In the data home.
NAME = "audits"


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder of one audit."""

    path: Path

    @property
    def files(self) -> Path:
        """Whole files under their own names."""
        return self.path / "files"

    @property
    def incoming(self) -> Path:
        """Files while they come in."""
        return self.path / "incoming"

    @property
    def mapping(self) -> Path:
        """The mapping that was sent; what it is called stands among the choices."""
        return self.path / "mapping.toml"

    @property
    def out(self) -> Path:
        """What the audit has written."""
        return self.path / "out"

    @property
    def scratch(self) -> Path:
        """What the audit unpacks, and what does not fit into its memory."""
        return self.path / "scratch"

    @property
    def findings(self) -> Path:
        """The findings, worst first."""
        return self.out / "findings.parquet"

    @property
    def report(self) -> Path:
        """The report."""
        return self.out / "report.html"

    @property
    def says(self) -> Path:
        """What the process of the audit says on its standard error; nobody reads it unless something went wrong."""
        return self.path / "says.txt"

    def make(self) -> None:
        """Make the folder and what stands in it."""
        for path in (self.path, self.files, self.incoming):
            path.mkdir(parents=True, exist_ok=True, mode=0o700)

    def clear(self) -> None:
        """Remove what an earlier run has left; the files stay."""
        for path in (self.out, self.scratch):
            shutil.rmtree(path, ignore_errors=True)
        for name in ("progress", "summary", "why"):
            self._document(name).unlink(missing_ok=True)
        self.scratch.mkdir(mode=0o700)

    def remove(self) -> None:
        """Remove everything."""
        shutil.rmtree(self.path, ignore_errors=True)

    def write(self, name: str, value: Mapping[str, Any]) -> None:
        """Write a document; whoever reads it sees the whole of it, or the one before."""
        fresh = self._document(name).with_suffix(".part")
        fresh.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
        fresh.replace(self._document(name))

    def read(self, name: str) -> Mapping[str, Any] | None:
        """Read a document; None where there is none."""
        try:
            value: Mapping[str, Any] = json.loads(self._document(name).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return value

    def keep_mapping(self, content: bytes) -> None:
        """Keep a mapping; whoever reads it sees the whole of it, or the one before."""
        fresh = self.mapping.with_suffix(".part")
        fresh.write_bytes(content)
        fresh.replace(self.mapping)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Wait until no other process audits in this folder, and keep others from it."""
        with (self.path / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _document(self, name: str) -> Path:
        return self.path / f"{name}.json"


@dataclass(frozen=True, slots=True)
class Folders:
    """The folders of all audits."""

    root: Path

    def of(self, merchant_id: MerchantId, audit_id: AuditId) -> Folder:
        """Return the folder of an audit, whether it is there or not."""
        if not (is_id(merchant_id) and is_id(audit_id)):
            raise Bug("an audit or a merchant whose id is none has no folder")
        return Folder(self.root / merchant_id / audit_id)

    def free_bytes(self) -> int:
        """Return how much room the disk has."""
        nearest = next(path for path in (self.root, *self.root.parents) if path.exists())
        return shutil.disk_usage(nearest).free
