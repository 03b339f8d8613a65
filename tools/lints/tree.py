"""The files that belong to the project, as the lints see them; nothing here changes a file."""

from __future__ import annotations

import ast
import re
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tools.lints.words import strings_in

#: Larger files are data, not text that somebody wrote.
TEXT_BYTES_MAX = 2_000_000
_EXCUSE = re.compile(r"house: allow (?P<lint>[a-z-]+),? because (?P<reason>\S+ \S+.*)")


@dataclass(frozen=True, kw_only=True)
class Source:
    """One text file of the project."""

    #: Relative to the root, with forward slashes.
    path: str
    text: str

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines, without their ends."""
        return tuple(self.text.splitlines())

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree of a Python file."""
        return ast.parse(self.text, self.path)

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node of the tree; most lints look at each."""
        return tuple(ast.walk(self.tree))

    @cached_property
    def strings(self) -> tuple[tuple[int, str], ...]:
        """Line and text of every string that is not a docstring."""
        return tuple(strings_in(self.nodes))

    @property
    def is_python(self) -> bool:
        """Whether the file is Python."""
        return self.path.endswith(".py")

    @property
    def parts(self) -> tuple[str, ...]:
        """The folders and the file's name."""
        return tuple(self.path.split("/"))

    def excuses(self, line: int, lint: str) -> bool:
        """Whether the line, or the comment above it, excuses itself from a lint and says why."""
        near = self.lines[max(line - 2, 0) : line]
        return any((match := _EXCUSE.search(text)) is not None and match["lint"] == lint for text in near)


def paths_of_project(root: Path) -> list[str]:
    """List what is tracked, or new and not ignored, in a work tree under git."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return sorted(path for path in set(listed.split("\0")) if path and (root / path).is_file())


def read_project(root: Path) -> list[Source]:
    """Read every file of the project: of a picture, and of whatever else is no text, only that it is there."""
    sources = []
    for path in paths_of_project(root):
        file = root / path
        if file.stat().st_size > TEXT_BYTES_MAX:
            continue
        content = file.read_bytes()
        is_text = b"\0" not in content[:8192]
        sources.append(Source(path=path, text=content.decode("utf-8", errors="replace") if is_text else ""))
    return sources
