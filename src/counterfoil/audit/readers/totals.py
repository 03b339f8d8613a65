"""What a file says about itself, beside what its rows give: footers, control totals, digests.

A bill whose footer disagrees or is missing was cut short or changed, and is refused with both figures, unless the
user has said that broken totals are accepted.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from counterfoil.audit.readers.contract import ControlTotal, ReadOptions, SourceFile
from counterfoil.errors import BadFile

ADVICE = "Fetch the file again, or accept it as it is with --accept-broken-totals."

#: Stated where a file says nothing although it should.
MISSING = "missing"

_CHUNK_BYTES = 1 << 20
_SIDECAR_BYTES_MAX = 4096


def figure(value: Decimal | int | str) -> str:
    """Write a figure in one way, so that `45.0` and `45`, `0.470` and `0.47` are the same text."""
    try:
        number = Decimal(str(value).replace(",", "").strip("` \t\r"))
    except InvalidOperation:
        return str(value)
    if not number.is_finite() or abs(number.adjusted()) > 40:  # noqa: PLR2004 - beyond any sum of money
        return str(value)
    return f"{number.normalize() + 0:f}"


def control_total(name: str, label: str, *, stated: str | None, found: Decimal | int) -> ControlTotal:
    """Return a control total with both figures written in one way."""
    return ControlTotal(
        name=name, label=label, stated=MISSING if stated is None else figure(stated), found=figure(found)
    )


def refuse_broken(source: SourceFile, totals: Sequence[ControlTotal], options: ReadOptions) -> None:
    """Raise BadFile where a figure disagrees, with both figures, unless broken totals are accepted."""
    broken = [total for total in totals if not total.agrees]
    if not broken or options.accept_broken_totals:
        return
    expected = ", ".join(f"{total.label} {total.stated}" for total in broken)
    found = ", ".join(f"{total.label} {total.found}" for total in broken)
    raise BadFile(file=source.name, expected=f"what its footer states ({expected})", found=found, advice=ADVICE)


def sha1_total(source: SourceFile) -> tuple[ControlTotal, ...]:
    """Return the file's SHA-1 beside the one in `<file>.sha1`, where somebody kept the platform's `hash_value`."""
    sidecar = source.path.with_name(source.path.name + ".sha1")
    if not sidecar.is_file():
        return ()
    with sidecar.open("rb") as file:
        text = file.read(_SIDECAR_BYTES_MAX).decode("ascii", errors="replace")
    stated = re.search(r"\b[0-9a-fA-F]{40}\b", text)
    if stated is None:
        raise BadFile(file=f"{source.name}.sha1", expected="a SHA-1 of 40 hexadecimal digits", found="none")
    digest = hashlib.sha1(usedforsecurity=False)
    with source.path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return (ControlTotal(name="sha1", label="hash_value", stated=stated[0].lower(), found=digest.hexdigest()),)
