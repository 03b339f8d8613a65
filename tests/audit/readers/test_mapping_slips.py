"""A slip of the pen in a mapping, or a file that does not fit it, is told in one line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from counterfoil.audit.readers.mapping import parse
from counterfoil.audit.readers.mapping.reader import load_mapping, tried_mapping
from counterfoil.errors import BadFile, BadOption
from tests.audit.readers.files import OPTIONS, read_or_refused, source_at, written
from tests.audit.readers.mappings import documented, mapped, orders

if TYPE_CHECKING:
    import duckdb


def _slip(path: str, value: object) -> dict[str, Any]:
    """Return a mapping with one value changed, at a path such as `books.0.columns.state`."""
    mapping: Any = orders()
    at = mapping
    *steps, last = path.split(".")
    for step in steps:
        at = at[int(step)] if step.isdigit() else at[step]
    if value is None:
        del at[last]
    else:
        at[last] = value
    found: dict[str, Any] = mapping
    return found


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("name", None, "files[0].name wants a name"),
        ("header", None, "files[0].header wants the labels"),
        ("colour", "red", "files[0].colour is unknown; known here are"),
        ("delimiter", "::", "files[0].delimiter wants one character, found '::'"),
        ("time_zone", "Berlin", "files[0].time_zone wants a time zone"),
        ("currency", "euro", "files[0].currency wants an ISO 4217 code"),
        ("amounts", "cents", "files[0].amounts wants one of major, minor"),
        ("decimal_comma", "yes", "files[0].decimal_comma wants true or false"),
        ("books", [], "files[0].books wants at least one"),
        ("books.0.table", "order", "files[0].books[0].table wants one of orders"),
        ("books.0.where", [{"column": "A"}], "files[0].books[0].where[0].is wants one of is, is_not"),
        ("books.0.where", [{"column": "A", "matches": "("}], "where[0].matches wants a regular expression"),
        (
            "books.0.where",
            [{"column": "A", "above": 0.5}],
            "where[0].above wants a whole number, or a decimal in quotes",
        ),
        ("books.0.columns.order_id", None, "files[0].books[0].columns.order_id is missing"),
        ("books.0.columns.order_id", 7, "columns.order_id wants the label of a column"),
        ("books.0.columns.total", "Total", "files[0].books[0].columns.total is unknown"),
        ("books.0.columns.total_minor", "Total", 'columns.total_minor.amount wants amount = "major" or "minor"'),
        ("books.0.columns.total_minor.sign", "less", "total_minor.sign wants one of plus, minus, absolute"),
        ("books.0.columns.state.is", "payed", "columns.state.is wants one of open, paid, voided, cancelled"),
        ("books.0.columns.state", {"from": "S", "words": {"x": "payed"}}, "state.words.x wants one of open"),
        (
            "books.0.columns.state",
            {"from": "S", "otherwise": "paid"},
            "state.words wants words where there is an otherwise",
        ),
        ("books.0.columns.state", {"from": "S", "is": "paid"}, "state.from wants exactly one of from, first_of, is"),
        ("books.0.columns.state", {"from": "S", "sign": "minus"}, "state.sign wants a column of kind money"),
        ("books.0.columns.state", {"from": "S", "take": "sum"}, "state.take wants a number to sum"),
        ("books.0.columns.placed_at", {"from": "At", "formats": "german"}, "placed_at.formats wants iso, day-first"),
        ("books.0.columns.placed_at", {"from": "At", "time_zone": "X/Y"}, "placed_at.time_zone wants a time zone"),
        ("books.0.columns.order_id", {"from": "Id", "pattern": "x"}, "pattern wants a regular expression with a group"),
        ("books.0.columns.order_id", {"from": []}, "order_id.from wants a text or a list of texts"),
    ],
)
def test_a_slip_of_the_pen_is_told_by_its_key(path: str, value: object, message: str) -> None:
    with pytest.raises(BadOption) as raised:
        mapped(_slip(path, value))

    assert message in str(raised.value)
    assert str(raised.value).startswith("m.toml: files[0]")
    assert "\n" not in str(raised.value)


def test_a_pattern_or_format_that_the_engine_does_not_know_is_told_by_its_key(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    path = source_at(written(tmp_path, "Id,At,Total\n1,2,3\n"))

    with pytest.raises(BadOption, match=r"books\[0\]\.columns\.order_id\.pattern cannot be used"):
        mapped(orders(order_id={"from": "Id", "pattern": "(?=x)(.)"})).read(connection, path, OPTIONS)
    with pytest.raises(BadOption, match=r"books\[0\]\.columns\.placed_at\.formats cannot be used"):
        mapped(orders(placed_at={"from": "At", "formats": "%Y-%Q"})).read(connection, path, OPTIONS)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("files = 3", "files wants a list of tables"),
        ("", "expected at least one"),
        ("[[files", "expected a mapping in TOML"),
        ("x = 1", "x is unknown; known here are files"),
    ],
)
def test_a_file_that_is_no_mapping_is_told(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(BadOption, match=re.escape(message)):
        load_mapping(written(tmp_path, content, "mapping.toml"))


#: What nobody can read, though each is TOML or nearly so: deep, wide, or a number that Python does not show.
MONSTERS = {
    "a key of very many parts": b"a" + b".a" * 100_000 + b" = 1",
    "keys whose parts look like ends of lines": ('"\u2028".' * 100_000 + "a = 1").encode(),
    "lists inside lists": b"x = " + b"[" * 100_000,
    "a decimal number without end": b"x = " + b"9" * 100_000,
    "a hexadecimal number without end": b"[[files]]\nname = 0x" + b"f" * 100_000,
    "a character that no engine holds": b'[[files]]\nname = "a\\u0000"',
    "no text": b"\xff\xfe\x00",
    "a pattern of brackets": b"(" * 10_000,
    "a pattern of a huge repeat": b"a{99999999999999999999}",
}


@pytest.mark.parametrize("kind", MONSTERS)
def test_a_monster_is_refused_in_one_line_and_at_once(kind: str) -> None:
    content = MONSTERS[kind]
    if kind.startswith("a pattern"):
        where = f'where = [{{ column = "a", matches = "{content.decode()}" }}]'
        head = '[[files]]\nname = "m"\nheader = ["a"]\n[[files.books]]\ntable = "orders"\n'
        rest = '\n[files.books.columns]\norder_id = "a"\nplaced_at = "a"\nstate = { is = "paid" }'
        content = f"{head}{where}{rest}".encode()
    with pytest.raises(BadOption) as raised:
        parse.mapping_in(content, source="m.toml")
    assert str(raised.value).startswith("m.toml")
    assert "\n" not in str(raised.value)


def test_what_is_tried_before_any_file_comes_tells_a_pattern_that_the_engine_does_not_know() -> None:
    text = documented("toml").replace('"^[0-9]+$"', '"(?=x)."')
    assert len(tried_mapping(documented("toml").encode(), source="m.toml")) == 1
    with pytest.raises(BadOption, match=r"^m\.toml: files\[0\]\.books\[0\]\.where\[0\]\.matches cannot be used"):
        tried_mapping(text.encode(), source="m.toml")


def test_two_kinds_of_files_with_one_name_are_refused() -> None:
    with pytest.raises(BadOption, match="a name of its own"):
        parse.mapping_from({"files": [orders(), orders()]})


def test_a_mapping_that_is_missing_or_huge_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadOption, match=r"nowhere\.toml"):
        load_mapping(tmp_path / "nowhere.toml")
    monkeypatch.setattr(parse, "MAPPING_BYTES_MAX", 3)
    with pytest.raises(BadOption, match="at most 3 bytes"):
        load_mapping(written(tmp_path, "x = 12345", "mapping.toml"))


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b'Id,At,Total\n"1,2,3\n4', b"{", b"PK\x03\x04junk", b"PAR1"])
def test_a_file_that_is_no_table_is_refused_in_one_line(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, content: bytes
) -> None:
    path = written(tmp_path, content)

    assert read_or_refused(connection, mapped(orders()), path, OPTIONS) in {"unknown", "refused"}


def test_a_column_that_the_file_lacks_is_told(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = written(tmp_path, "Id,When,Total\n1,2,3\n")

    with pytest.raises(
        BadFile, match=r"the columns that m\.toml: files\[0\] uses, found no At\. The file has Id, When"
    ):
        mapped(orders()).read(connection, source_at(path), OPTIONS)
