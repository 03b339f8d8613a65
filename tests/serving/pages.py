"""Runs what a page of the docs tells people to type, as they would type it, and holds the answers to what it shows.

Only two things are not as on the page: the address, and that `counterfoil serve` is running already. An answer that the
page shows as JSON is a part of the real one; `…` stands for whatever comes.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).parents[2]
ADDRESS = "http://127.0.0.1:8080"
#: What the pages give as everybody's PIN.
PIN = "2580"

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"^(?P<name>[a-z]+\.csv)?\s+(?P<line>\S.*)$")
_ANYTHING = "…"
_MARK = "@@@"
_PATIENCE_SECONDS, _STEP_SECONDS = 60, 1.0

#: Nothing that is typed may wait for a terminal: a PIN is asked for, and everything else ends by itself.
_PRELUDE = f"""
set -u -o pipefail
counterfoil() {{
  case "$*" in
    serve*) ;;
    *" pin "*) printf '{PIN}\\n' | "{sys.executable}" -c 'from counterfoil.cli import main; main()' "$@" ;;
    *) "{sys.executable}" -c 'from counterfoil.cli import main; main()' "$@" </dev/null ;;
  esac
}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block of code of a page."""

    kind: str
    text: str


def blocks(page: str) -> list[Block]:
    """Return the blocks of a page of the docs, from top to bottom."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return [Block(kind=kind, text=content) for kind, content in _BLOCK.findall(text)]


@dataclass(slots=True, kw_only=True)
class Reader:
    """Somebody with one terminal, who types what stands on one page after the other."""

    shell: subprocess.Popen[str]
    folder: Path
    address: str

    def follow(self, page: str) -> None:
        """Type everything that a page says, and compare what comes with what it shows."""
        found = blocks(page)
        assert any(block.kind == "sh" for block in found), page
        for number, block in enumerate(found):
            following = found[number + 1] if number + 1 < len(found) else None
            match block.kind:
                case "sh":
                    self._do(block.text, following)
                case "toml":
                    (self.folder / "policy.toml").write_text(block.text, encoding="utf-8")
                case "text":
                    self._write_files(block.text)

    def run(self, script: str) -> str:
        """Type some lines; they must end well."""
        stdin, stdout = self.shell.stdin, self.shell.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(f"{script.replace(ADDRESS, self.address)}\necho; echo {_MARK} $?\n")
        stdin.flush()
        said, status = _until_marked(stdout)
        assert status == 0, f"{script}\nended with {status}, after:\n{said}"
        return said

    def _do(self, script: str, following: Block | None) -> None:
        said = self.run(script)
        if following is None or following.kind != "json":
            return
        expected = json.loads(following.text)
        # What the worker finds by itself may come a moment later; a question may be asked again.
        for _ in range(round(_PATIENCE_SECONDS / _STEP_SECONDS)):
            if is_like(expected, _answer(said)) or " -d " in script:
                break
            time.sleep(_STEP_SECONDS)
            said = self.run(script)
        answer = _answer(said)
        assert is_like(expected, answer), f"{script}\nanswered:\n{json.dumps(answer, indent=1, ensure_ascii=False)}"

    def _write_files(self, text: str) -> None:
        """Write the files that a page shows side by side, each behind its name."""
        name = None
        for line in text.splitlines():
            found = _FILE.match(line)
            if found is None:
                continue
            if found["name"]:
                name = found["name"]
                (self.folder / name).write_text("", encoding="utf-8")
            if name is not None:
                with (self.folder / name).open("a", encoding="utf-8") as file:
                    file.write(f"{found['line']}\n")


@contextmanager
def reader(folder: Path, environ: Mapping[str, str], *, address: str) -> Iterator[Reader]:
    """Open a terminal in a folder, and close it again."""
    shell = subprocess.Popen(
        ["/bin/bash", "--norc"],
        cwd=folder,
        env=dict(environ),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with shell:
        assert shell.stdin is not None
        shell.stdin.write(_PRELUDE)
        try:
            yield Reader(shell=shell, folder=folder, address=address)
        finally:
            shell.stdin.close()
            shell.wait(_PATIENCE_SECONDS)


def is_like(expected: Any, found: Any) -> bool:  # noqa: ANN401 — any JSON
    """Say whether an answer has all that a page shows of it."""
    match expected:
        case dict():
            return isinstance(found, dict) and all(
                name in found and is_like(value, found[name]) for name, value in expected.items()
            )
        case list():
            return (
                isinstance(found, list)
                and len(found) == len(expected)
                and all(is_like(one, other) for one, other in zip(expected, found, strict=True))
            )
        case _:
            return (expected == _ANYTHING and found is not None) or bool(expected == found)


def _answer(said: str) -> Any:  # noqa: ANN401 — any JSON
    """Return the last line that is JSON."""
    for line in reversed(said.splitlines()):
        if line.startswith(("{", "[")):
            return json.loads(line)
    raise AssertionError(f"no answer in:\n{said}")


def _until_marked(stdout: IO[str]) -> tuple[str, int]:
    lines: list[str] = []
    for line in stdout:
        if line.startswith(_MARK):
            return "".join(lines), int(line.split()[1])
        lines.append(line)
    raise AssertionError("the terminal was closed; it said:\n" + "".join(lines))
