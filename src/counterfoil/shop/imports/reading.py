"""From the text of a file to rows of values: which noun it is, which column is which, and what cannot be read. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath

from counterfoil.errors import BadFile, BadOption
from counterfoil.shop.imports.cells import Setting, read_cell
from counterfoil.shop.imports.files import RawFile
from counterfoil.shop.imports.model import Aside, CellKind, Column, Noun, Row, RowFlaw
from counterfoil.shop.imports.nouns import COLUMNS, KEYS

FOUND_LENGTH_MAX = 40


def noun_of(name: str, said: Noun | None) -> Noun:
    """Return what a file tells of: what was said, else the first word of its name; BadOption where neither says it."""
    if said is not None:
        return said
    stem = PurePath(name).stem.casefold()
    found = [noun for noun in Noun if stem.startswith(noun)]
    if len(found) != 1:
        raise BadOption(f"{name}: say what it tells of with --as, one of {', '.join(Noun)}; its name does not begin so")
    return found[0]


def rows_of(raw: RawFile, noun: Noun, setting: Setting) -> tuple[list[Row], list[Aside]]:
    """Read every row; BadFile where the header does not fit, and rows that do not fit are set aside."""
    columns = _columns(raw, noun)
    rows: list[Row] = []
    aside: list[Aside] = []
    seen: set[tuple[object, ...]] = set()
    for line, cells in raw.rows:
        read = _row(line, cells, columns, setting)
        if isinstance(read, Aside):
            aside.append(read)
            continue
        key = tuple(read.values.get(name) for name in KEYS[noun])
        if key in seen:
            aside.append(Aside(line=line, column=KEYS[noun][-1], flaw=RowFlaw.DUPLICATE_KEY))
            continue
        seen.add(key)
        rows.append(read)
    return rows, aside


def _columns(raw: RawFile, noun: Noun) -> tuple[Column | None, ...]:
    """Return the column of each place in the header; None for one without a name."""
    by_name: Mapping[str, Column] = {
        spelt.casefold(): column for column in COLUMNS[noun] for spelt in (column.name, column.name_zh, column.name_en)
    }
    found = [by_name.get(cell.strip().casefold()) for cell in raw.header]
    unknown = [cell for cell, column in zip(raw.header, found, strict=True) if cell.strip() and column is None]
    known = ", ".join(column.name for column in COLUMNS[noun])
    if unknown:
        raise BadFile(file=raw.name, expected=f"the columns {known}", found=f"a column {unknown[0].strip()!r}")
    given = [column.name for column in found if column is not None]
    lacking = [column.name for column in COLUMNS[noun] if column.required and column.name not in given]
    if lacking:
        raise BadFile(file=raw.name, expected=f"a column {lacking[0]}", found=", ".join(given) or "none")
    twice = [name for name in given if given.count(name) > 1]
    if twice:
        raise BadFile(file=raw.name, expected="each column once", found=f"{twice[0]} twice")
    return tuple(found)


def _row(line: int, cells: Sequence[str], columns: Sequence[Column | None], setting: Setting) -> Row | Aside:
    if any(cell.strip() for cell in cells[len(columns) :]):
        return Aside(line=line, column="", flaw=RowFlaw.WRONG_WIDTH, found=f"{len(cells)} cells")
    values: dict[str, object] = {}
    for place, column in enumerate(columns):
        if column is None:
            continue
        text = cells[place] if place < len(cells) else ""
        value = read_cell(column, text, setting)
        if isinstance(value, RowFlaw):
            return Aside(line=line, column=column.name, flaw=value, found=_shown(column, text))
        values[column.name] = value
    return Row(line=line, values=values)


def _shown(column: Column, text: str) -> str:
    """Return what stood in a cell, as far as it may be shown."""
    if column.personal or column.kind is CellKind.ROLES:
        return ""
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    return plain[:FOUND_LENGTH_MAX]
