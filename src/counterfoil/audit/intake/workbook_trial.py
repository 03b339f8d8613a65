"""A workbook is opened by another process first: `python -m counterfoil.audit.intake.workbook_trial FILE`.

The library that reads workbooks ends its process where a sheet asks for more memory than there is, and what a file says
of its size before is only what it says. So a process that may take so much memory and no more opens every sheet once;
whatever happens to it, the one that asked goes on. Bytes that it has come through are opened here afterwards.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from math import prod
from pathlib import Path

from counterfoil.audit.intake.limits import WORKBOOK_CELLS_MAX, WORKBOOK_MEMORY_MAX, WORKBOOK_SECONDS_MAX
from counterfoil.audit.intake.workbooks import too_many_cells
from counterfoil.errors import BadFile

#: What the trial ends with where the library says that a file is none that it can read; dying is any other number.
_UNREADABLE = 3


def first_header(path: Path, name: str, *, cells_max: int = WORKBOOK_CELLS_MAX) -> tuple[str, ...]:
    """Return the first row of a workbook's first sheet; BadFile where it cannot be opened, or takes too much memory.

    No sheet may span more than `cells_max` cells by the library's own count, whatever its bytes looked like.
    """
    try:
        tried = subprocess.run(  # noqa: S603 — our own module, and a path that was chosen or made by us
            [sys.executable, "-m", __name__, str(path.absolute())],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=WORKBOOK_SECONDS_MAX,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _too_much(name) from None
    if tried.returncode == _UNREADABLE:
        raise BadFile(file=name, expected="a workbook that can be opened", found="a broken one")
    if tried.returncode != 0:
        raise _too_much(name)
    said = json.loads(tried.stdout)
    rows, columns = said["span"]
    if rows * columns > cells_max:
        raise too_many_cells(name, rows, columns, cells_max=cells_max)
    return tuple(said["header"])


def _too_much(name: str) -> BadFile:
    return BadFile(
        file=name,
        expected=f"a workbook whose sheets take at most {WORKBOOK_MEMORY_MAX >> 20} MiB in memory",
        found="one that takes more, or is damaged",
        advice="Save its sheet as CSV.",
    )


def main(arguments: Sequence[str]) -> int:
    """Open every sheet of a workbook, and write the first row of the first one, and what the largest spans."""
    _keep_to(WORKBOOK_MEMORY_MAX)
    import python_calamine  # noqa: PLC0415 — after the limit, which holds for all that it takes

    header: list[str] = []
    span = (0, 0)
    try:
        workbook = python_calamine.CalamineWorkbook.from_path(arguments[0])
        for place in range(len(workbook.sheet_names)):
            sheet = workbook.get_sheet_by_index(place)
            last_row, last_column = sheet.end or (-1, -1)
            span = max(span, (last_row + 1, last_column + 1), key=prod)
            rows = sheet.to_python(nrows=1)
            if place == 0 and rows:
                header = [str(cell) for cell in rows[0]]
    except (python_calamine.CalamineError, OSError, IndexError, ValueError):
        return _UNREADABLE
    sys.stdout.write(json.dumps({"header": header, "span": span}))
    return 0


def _keep_to(memory: int) -> None:
    """Let this process take so many bytes; where a system knows no such limit, dying alone must do."""
    try:
        import resource  # noqa: PLC0415 — not every system has it
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
