"""Which files are meant: files, folders and archives become one list in a fixed order, each file once.

Folders are walked to the bottom without following a loop, hidden files and the files that a run itself writes are
passed over. Whatever is passed over is told; nothing here reads more of a file than its digest needs.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from counterfoil.audit.intake.archives import Archives
from counterfoil.audit.intake.limits import FILES_MAX, FOLDER_DEPTH_MAX
from counterfoil.audit.intake.shown_names import printable
from counterfoil.books.format import NOT_BOOKS
from counterfoil.errors import BadFile

#: A file in a folder or archive that ends like this is meant to be read; one that ends otherwise may be a note.
DATA_ENDINGS = (".csv", ".tsv", ".parquet", ".ndjson", ".jsonl", ".xlsx", ".xls", ".zip", ".gz")

#: Characters that DuckDB would read as a pattern of file names.
_PATTERN_SIGNS = frozenset("*?[]{}\\")

#: What is told of a file that a run itself writes.
NO_BOOK = ("not a book: written by a run of Counterfoil", "不是账本：由 Counterfoil 写出")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One file to be read."""

    #: Where its bytes are; for a member of an archive the unpacked file.
    path: Path
    #: The file, or the archive, that the user has.
    origin: Path
    #: The name shown to people and kept as evidence; unique in a run.
    name: str
    size_bytes: int
    #: True where the user named it: then it must be readable. What lies in a folder or archive may be something else.
    named: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """One file that was met and not read, and why."""

    name: str
    text_en: str
    text_zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """The files of a run."""

    #: In order of their names.
    files: Sequence[Found]
    passed_over: Sequence[PassedOver]


def collect(paths: Sequence[Path], scratch: Path) -> Collection:
    """Find the files behind `paths`, the same in whatever order they were given.

    BadFile for a path that does not exist or cannot be read, for an empty folder, and for an archive that is no good.
    """
    walk = _Walk(scratch)
    for path in sorted(set(paths)):
        walk.visit(path)
    archives = Archives(scratch)
    walk.found = [each for found in _distinctly_named(walk.found) for each in _unpacked(found, archives, walk)]
    files = sorted(_once(walk), key=lambda found: found.name.encode())
    if not files:
        shown = ", ".join(path.name or str(path) for path in sorted(set(paths))) or "no path"
        raise BadFile(file=shown, expected="at least one file of a book, a bill or an export", found="none")
    return Collection(files=files, passed_over=tuple(sorted(walk.passed_over, key=lambda passed: passed.name.encode())))


def is_no_book(name: str) -> bool:
    """Say whether a file is one that a run itself writes, by the stem of its name."""
    return name.rpartition("/")[2].rpartition("!")[2].partition(".")[0] in NOT_BOOKS


class _Walk:
    """A walk through the folders that the user named."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self.found: list[Found] = []
        self.passed_over: list[PassedOver] = []
        self._folders_seen: set[tuple[int, int]] = set()

    def visit(self, path: Path) -> None:
        """Take in one path that the user named."""
        name = path.name or path.resolve().name
        if path.is_dir():
            self._walk(path, path, depth=0)
        else:
            self._add(path, name, named=True)

    def _walk(self, folder: Path, root: Path, depth: int) -> None:
        try:
            state = folder.stat()
            inside = sorted(os.listdir(folder), key=os.fsencode)  # noqa: PTH208  # names, not paths, in bytewise order
        except OSError as error:
            raise _unreadable(folder.name, error) from error
        if (state.st_dev, state.st_ino) in self._folders_seen:
            return  # a loop of links, or a folder named twice
        self._folders_seen.add((state.st_dev, state.st_ino))
        if depth > FOLDER_DEPTH_MAX:
            raise BadFile(
                file=root.name, expected=f"at most {FOLDER_DEPTH_MAX} folders inside each other", found="more"
            )
        for entry in inside:
            path = folder / entry
            if entry.startswith((".", "~$", "__MACOSX")):
                continue
            if path.is_dir():
                self._walk(path, root, depth + 1)
            else:
                self._meet(path, root)

    def _meet(self, path: Path, root: Path) -> None:
        name = path.relative_to(root).as_posix()
        if is_no_book(name):
            self.pass_over(name, *NO_BOOK)
        elif path.exists() and not path.is_file():
            self.pass_over(name, "not a regular file", "不是普通文件")
        else:
            self._add(path, name, named=False)

    def _add(self, path: Path, name: str, *, named: bool) -> None:
        try:
            if not path.is_file():
                raise FileNotFoundError(2, "no such file or folder" if not path.exists() else "no regular file")
            size = path.stat().st_size
            with path.open("rb"):
                pass
        except OSError as error:
            raise _unreadable(name, error) from error
        origin = path.absolute()
        plain = _plainly_named(origin, self._scratch)
        self.found.append(Found(path=plain, origin=origin, name=printable(name), size_bytes=size, named=named))
        if len(self.found) > FILES_MAX:
            raise BadFile(file=name, expected=f"at most {FILES_MAX} files in one run", found="more")

    def pass_over(self, name: str, text_en: str, text_zh: str) -> None:
        """Tell that a file was met and not read."""
        self.passed_over.append(PassedOver(name=printable(name), text_en=text_en, text_zh=text_zh))


def _plainly_named(path: Path, scratch: Path) -> Path:
    """Return a path that every library takes as it is; one with signs of a pattern or no text gets a plain link."""
    written = str(path)
    if written.isprintable() and not _PATTERN_SIGNS.intersection(written):
        return path
    link = Path(tempfile.mkdtemp(dir=scratch, prefix="linked-")) / "file"
    link.symlink_to(path)
    return link


def _unreadable(name: str, error: OSError) -> BadFile:
    return BadFile(file=printable(name), expected="a file or folder that can be read", found=error.strerror or "none")


def _unpacked(found: Found, archives: Archives, walk: _Walk) -> Iterator[Found]:
    """Give a file as it is, or what an archive holds."""
    members = archives.unpack(found.path, found.name)
    if members is None:
        yield found
        return
    for member in members:
        single = member.name == found.name
        if not single and is_no_book(member.name):
            walk.pass_over(member.name, *NO_BOOK)
        else:
            named = found.named and single
            yield replace(found, path=member.path, name=member.name, size_bytes=member.size_bytes, named=named)


def _distinctly_named(found: Sequence[Found]) -> list[Found]:
    """Give files of one name from two places the whole path as their name; evidence must point at one file."""
    origins: dict[str, set[Path]] = {}
    for each in found:
        origins.setdefault(each.name, set()).add(each.origin)
    return [each if len(origins[each.name]) == 1 else replace(each, name=printable(str(each.origin))) for each in found]


def _once(walk: _Walk) -> Iterator[Found]:
    """Give each file once: neither the same path nor the same content counts twice."""
    by_size: dict[int, list[Found]] = {}
    for found in walk.found:
        by_size.setdefault(found.size_bytes, []).append(found)
    for size, alike in by_size.items():
        if len(alike) == 1 or size == 0:
            yield from alike
            continue
        first_of: dict[str, Found] = {}
        for found in sorted(alike, key=lambda each: each.name.encode()):
            first = first_of.setdefault(_digest(found), found)
            if first is found:
                yield found
            elif first.origin != found.origin or first.name.partition("!")[2] != found.name.partition("!")[2]:
                walk.pass_over(
                    found.name,
                    f"the same content as {first.name}; counted once",
                    f"内容与 {first.name} 相同，只计一次",
                )
            else:
                walk.pass_over(found.name, "named twice; counted once", "重复指定，只计一次")


def _digest(found: Found) -> str:
    """Digest a file's content; asked only of files of equal size, so that large books are rarely read for it."""
    try:
        with found.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise _unreadable(found.name, error) from error
