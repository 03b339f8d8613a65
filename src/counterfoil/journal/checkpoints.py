"""Checkpoints: what a chain came to, written outside the database and signed with a key that no role of it can read.

A line is JSON: merchant, position, seal, count, time, the digest of the line before it, and an Ed25519 signature over
all of that. The file only grows; each line is on the disk before anybody goes on. Beside it lies a tally, which says
how many lines there are and what the last one digests to, so that a line cannot be dropped from the end either.

Whoever rebuilds a chain in the database cannot sign what the old checkpoints said, and a database that was restored to
an earlier state lacks seals that were signed. Both are told; a restore that was meant is accepted by name and reason.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature

from counterfoil.errors import CounterfoilError
from counterfoil.ids import MerchantId
from counterfoil.journal.checkpoint_keys import key_path, public_key, signing_key
from counterfoil.journal.encoding import encoded
from counterfoil.journal.model import Head

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

#: Names the file of checkpoints, where it is not to lie in the data home: another disk, a share of another machine.
FILE_VARIABLE = "COUNTERFOIL_CHECKPOINT_FILE"
FILE_NAME = "checkpoints.jsonl"
_OWNER_ONLY = 0o600
#: Longer than any line; a reason is cut to fit.
_LINE_BYTES_MAX = 65_536
REASON_LENGTH_MAX = 1_000
_DOMAIN = "counterfoil journal checkpoint"
#: Digest of the line before the first one.
NONE_BEFORE = "0" * 64


class CheckpointDisagrees(CounterfoilError):
    """The chain in the database is not the one that a checkpoint signed; run `counterfoil db verify`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """One line: a chain's head at a moment, or (with a reason) where a restored chain goes on."""

    merchant_id: MerchantId
    position: int
    seal: str
    #: Facts that were sealed then.
    count: int
    at: str
    #: Digest of the line before.
    before: str
    #: None: an ordinary checkpoint; else why somebody accepted that later seals are gone.
    accepted_because: str | None
    signature: str

    def signed(self) -> bytes:
        """Return what the signature is over."""
        said = (self.merchant_id, self.position, self.seal, self.count, self.at, self.before, self.accepted_because)
        return encoded(_DOMAIN, *said)

    def line(self) -> str:
        """Return the line of the file, without its end."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return json.dumps({name: value for name, value in values.items() if value is not None}, ensure_ascii=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoints:
    """The file of checkpoints of an installation; every process of it may write."""

    file: Path
    key_file: Path

    @property
    def tally(self) -> Path:
        """Where the number of lines and the digest of the last one stand."""
        return self.file.with_suffix(".tally")

    def write(self, head: Head, *, now: datetime, accepted_because: str | None = None) -> Checkpoint:
        """Sign a head and append it; it is on the disk when this returns."""
        key = signing_key(self.key_file)
        with self._alone():
            lines_n, last_line = self._ending()
            unsigned = Checkpoint(
                merchant_id=head.merchant_id,
                position=head.position,
                seal=head.seal.hex(),
                count=head.position,
                at=now.isoformat(),
                before=NONE_BEFORE if last_line is None else digest_of(last_line),
                accepted_because=accepted_because and accepted_because[:REASON_LENGTH_MAX],
                signature="",
            )
            made = _signed(unsigned, key.sign(unsigned.signed()).hex())
            self._append(made.line(), lines_n + 1)
        return made

    def lines(self) -> Iterator[str]:
        """Yield the lines as they lie there; none where there is no file. A line that a crash cut short is no line."""
        if not self.file.exists():
            return
        with self.file.open(encoding="utf-8", errors="replace", newline="\n") as file:
            for line in file:
                if line.endswith("\n"):
                    yield line[:-1]

    def last(self, merchant_id: MerchantId) -> Checkpoint | None:
        """Return the last checkpoint of a merchant that can be read."""
        last = None
        for line in self.lines():
            if json.dumps(merchant_id, ensure_ascii=False) in line:
                found = read_line(line)
                last = found if found is not None and found.merchant_id == merchant_id else last
        return last

    def counted(self) -> tuple[int, str] | None:
        """Return how many lines the tally counts, and what it says the last of them comes to; None without a tally."""
        if not self.tally.exists():
            return None
        try:
            said = json.loads(self.tally.read_text(encoding="utf-8", errors="replace"))
            return _number(said["lines"]), _text(said["last"])
        except (ValueError, KeyError, TypeError):
            return 0, ""

    def key(self) -> Ed25519PublicKey | None:
        """Return the key that signatures are held against; None where the key file is gone."""
        return public_key(self.key_file)

    def refuse_another_chain(self, last: Checkpoint, there: bytes | None) -> None:
        """Raise CheckpointDisagrees unless the seal that the database has there is the one that was signed."""
        if there is None or there.hex() != last.seal:
            raise CheckpointDisagrees(
                f"{last.merchant_id}: position {last.position} of the journal is not what {self.file} signed on "
                f"{last.at}: the chain was cut back or rebuilt. Run `counterfoil db verify`; after a restore that was "
                "meant, `counterfoil db accept-restore`"
            )

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other writers away, whatever process they are in."""
        self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self.file.with_suffix(".lock"), os.O_CREAT | os.O_RDWR, _OWNER_ONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _ending(self) -> tuple[int, str | None]:
        """Return how many lines there are, and the last of them."""
        n, last = 0, None
        for line in self.lines():
            n, last = n + 1, line
        return n, last

    def _append(self, line: str, count: int) -> None:
        descriptor = os.open(self.file, os.O_CREAT | os.O_RDWR, _OWNER_ONLY)
        try:
            _cut_half_line(descriptor)
            os.lseek(descriptor, 0, os.SEEK_END)
            whole = f"{line}\n".encode()
            if os.write(descriptor, whole) != len(whole):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.file))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        # A crash before this leaves one line more than the tally counts, which is no contradiction.
        fresh = self.tally.with_suffix(".tally.new")
        fresh.write_text(json.dumps({"lines": count, "last": digest_of(line)}) + "\n", encoding="ascii")
        with fresh.open("rb") as file:
            os.fsync(file.fileno())
        fresh.replace(self.tally)


def checkpoints_of(environ: Mapping[str, str], home: Path) -> Checkpoints:
    """Return the checkpoints of the settings; in the data home where nothing says otherwise."""
    return Checkpoints(file=Path(environ.get(FILE_VARIABLE) or home / FILE_NAME), key_file=key_path(environ, home))


def digest_of(line: str) -> str:
    """Return what a line comes to, for the line after it."""
    return hashlib.sha256(line.encode()).hexdigest()


def read_line(line: str) -> Checkpoint | None:
    """Read one line; None where it is none of ours."""
    try:
        said = json.loads(line)
        return Checkpoint(
            merchant_id=MerchantId(_text(said["merchant_id"])),
            position=_number(said["position"]),
            seal=_text(said["seal"]),
            count=_number(said["count"]),
            at=_text(said["at"]),
            before=_text(said["before"]),
            accepted_because=_text(said["accepted_because"]) if "accepted_because" in said else None,
            signature=_text(said["signature"]),
        )
    except (ValueError, KeyError, TypeError):
        return None


def is_signed(checkpoint: Checkpoint, key: Ed25519PublicKey) -> bool:
    """Say whether a checkpoint is what the holder of the key signed."""
    try:
        key.verify(bytes.fromhex(checkpoint.signature), checkpoint.signed())
    except (InvalidSignature, ValueError):
        return False
    return True


def _signed(unsigned: Checkpoint, signature: str) -> Checkpoint:
    values = {name: getattr(unsigned, name) for name in Checkpoint.__dataclass_fields__}
    return Checkpoint(**{**values, "signature": signature})


def _cut_half_line(descriptor: int) -> None:
    """Drop what a crash left after the last whole line: it was never on the record."""
    size = os.lseek(descriptor, 0, os.SEEK_END)
    begin = max(0, size - _LINE_BYTES_MAX)
    ending = os.pread(descriptor, size - begin, begin)
    if ending and not ending.endswith(b"\n"):
        os.ftruncate(descriptor, begin + ending.rfind(b"\n") + 1)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(value)
    return value
