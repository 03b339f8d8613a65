"""Writes docs/reference/conformance.md, the table of acquirers and cases: `python -m tests.links.acquirers.page`.

It says which case is played on which stage; that a played case holds is what the suite itself says, each time it runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from tests.links.acquirers.cases import AGAINST_ALL
from tests.links.acquirers.exceptions import reason_to_leave
from tests.links.acquirers.stages_found import faults_of, stages

PAGE = Path(__file__).parents[3] / "docs/reference/conformance.md"
_HEAD = """<!-- Written by `make docs`; change the code that it tells of, not this page. -->
# Conformance of the acquirers

Every acquirer of Counterfoil is held to the same cases, against a peer whose faults are planned and whose book is open
to the test (`tests/links/acquirers`). ● is played to the end, the peer's book included. ○ is played as far as a peer
without a book can tell: format and transport. A number is the reason why a case is left out; nothing else is.
"""


def text() -> str:
    """Return the page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    rows: dict[str, list[str]] = {case.__name__: [] for case in AGAINST_ALL}
    reasons: list[str] = []
    peers = {}
    for name, make in stages().items():
        with closing(make()) as stage:
            peers[name] = stage.acquirer.channel
            played = "●" if getattr(stage, "has_book", True) else "○"
            for case in AGAINST_ALL:
                reason = reason_to_leave(stage, case.__name__, faults_of(case))
                if reason is not None and reason not in reasons:
                    reasons.append(reason)
                rows[case.__name__].append(played if reason is None else str(reasons.index(reason) + 1))
    yield _HEAD
    yield f"| | case | {' | '.join(f'{channel}: `{name}`' for name, channel in peers.items())} |"
    yield f"|---|---|{'---|' * len(peers)}"
    for number, (case_name, cells) in enumerate(rows.items(), start=1):
        yield f"| {number} | {case_name.replace('_', ' ')} | {' | '.join(cells)} |"
    yield ""
    yield "Left out, because:"
    yield ""
    for number, reason in enumerate(reasons, start=1):
        yield f"{number}. {reason}"


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
