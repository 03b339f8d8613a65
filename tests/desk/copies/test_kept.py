"""Judged books are kept for one night after the other, for nobody else to read, and only as long as our rules stand."""

from __future__ import annotations

import shutil
import stat
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from counterfoil.desk.copies import kept as kept_books
from counterfoil.desk.copies.kept import KeptBooks
from counterfoil.desk.copies.model import Answer, Judgement
from counterfoil.errors import Bug
from counterfoil.ids import MerchantId
from counterfoil.policy import Policy

SHOP = MerchantId("m1")
NIGHT = datetime(2026, 5, 4, 3, tzinfo=UTC)


def judgement(rows_n: int) -> Judgement:
    answers = {"keep": Answer(table="lasting_1_x", columns={"order_id": "string"}), "is_empty": Answer(is_empty=True)}
    return Judgement(policy=Policy(), as_of=NIGHT, offsets=((NIGHT, 28_800),), rows_n=rows_n, answers=answers)


def put(books: KeptBooks, rows_n: int) -> Path:
    with books.new(SHOP) as file:
        file.write_bytes(b"tables")
        books.put(SHOP, file, judgement(rows_n))
    return file


def test_a_new_night_takes_the_place_of_the_last_one(tmp_path: Path) -> None:
    books = KeptBooks(tmp_path / "judged")
    assert books.get(SHOP) is None
    first = put(books, 1)
    second = put(books, 2)
    kept = books.get(SHOP)
    assert kept is not None
    assert kept.judgement == judgement(2)
    assert Path(kept.tables) == second
    assert not first.exists()


def test_a_night_that_breaks_off_leaves_the_last_one(tmp_path: Path) -> None:
    books = KeptBooks(tmp_path / "judged")
    put(books, 1)
    with books.new(SHOP) as file:
        file.write_bytes(b"half of the tables")
    assert not file.exists()
    kept = books.get(SHOP)
    assert kept is not None
    assert kept.judgement.rows_n == 1


def test_what_other_rules_have_judged_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    books = KeptBooks(tmp_path / "judged")
    put(books, 1)
    monkeypatch.setattr(kept_books, "rules_digest", lambda: "another")
    assert books.get(SHOP) is None


@pytest.mark.parametrize("page", [b"", b"{", b"[]", b'{"rules": 1}'])
def test_a_page_that_cannot_be_read_is_no_page(page: bytes, tmp_path: Path) -> None:
    books = KeptBooks(tmp_path / "judged")
    put(books, 1)
    (tmp_path / "judged" / SHOP / "judgement.json").write_bytes(page)
    assert books.get(SHOP) is None
    put(books, 2)
    assert books.get(SHOP) is not None


def test_tables_that_are_gone_are_not_promised(tmp_path: Path) -> None:
    books = KeptBooks(tmp_path / "judged")
    put(books, 1).unlink()
    assert books.get(SHOP) is None


def test_nobody_else_reads_them(tmp_path: Path) -> None:
    books = KeptBooks(tmp_path / "judged")
    assert books.has_room_for(tmp_path)
    file = put(books, 1)
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (books.home, file.parent)} == {0o700}


def test_books_are_not_kept_where_there_is_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copies = tmp_path / "copies"
    copies.mkdir()
    (copies / "orders.csv").write_bytes(b"x" * 1_000)
    books = KeptBooks(tmp_path / "judged")
    for free, has_room in ((3_999, False), (4_000, True)):
        monkeypatch.setattr(shutil, "disk_usage", lambda _path, free=free: SimpleNamespace(free=free))
        assert books.has_room_for(copies) is has_room


def test_an_id_that_leads_out_of_the_folder_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(Bug):
        KeptBooks(tmp_path / "judged").get(MerchantId("../m1"))
