"""CSV books: whatever the delimiter, the encoding and the line ends, every row knows its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterfoil.audit.intake import blocks, limits
from counterfoil.errors import BadFile
from tests.audit.intake.conftest import TakeIn
from tests.audit.intake.laid import csv_text, is_balanced, order, quarantined, rows_of, write_csv

HEADER = "merchant_id,order_id,placed_at,state,total_minor,currency,fulfilment"
TAIL = "2025-03-01T09:30:00Z,paid,100,CNY,carry_out"


def lined(*lines: str, end: str = "\n") -> bytes:
    return end.join([HEADER, *lines, ""]).encode()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_delimiter_line_end_and_byte_order_mark_change_nothing(
    take: TakeIn, tmp_path: Path, delimiter: str, line_end: str, mark: bytes
) -> None:
    rows = [order("O1", sequence_no="a\nb"), order("O2", sequence_no=delimiter), order("O3", sequence_no='"')]
    (tmp_path / "orders.csv").write_bytes(mark + csv_text(rows, delimiter=delimiter, line_end=line_end).encode())
    shelf = take(tmp_path / "orders.csv")
    kept = rows_of(shelf, "orders", columns="order_id, sequence_no, source_line")
    assert kept == [("O1", "a\nb", 2), ("O2", delimiter, 4), ("O3", '"', 5)]
    assert shelf.files[0].delimiter == delimiter
    assert shelf.files[0].encoding == ("utf-8-sig" if mark else "utf-8")


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-16-le", "utf-8"])
def test_chinese_text_is_read_in_the_encoding_that_it_is_in(take: TakeIn, tmp_path: Path, encoding: str) -> None:
    rows = [order("O1", sequence_no="早餐"), order("O2", sequence_no="找零，谢谢")]
    shelf = take(write_csv(tmp_path / "orders.csv", rows, encoding=encoding))
    assert rows_of(shelf, "orders", columns="sequence_no, source_line") == [("早餐", 2), ("找零，谢谢", 3)]
    assert shelf.files[0].encoding == encoding


def test_western_text_is_not_taken_for_chinese(take: TakeIn, tmp_path: Path) -> None:
    rows = [order("O1", sequence_no="Käufer über Zoë"), order("O2", sequence_no="señor")]
    shelf = take(write_csv(tmp_path / "orders.csv", rows, encoding="cp1252"))
    assert rows_of(shelf, "orders", columns="sequence_no") == [("Käufer über Zoë",), ("señor",)]


def test_an_encoding_that_shows_only_late_in_the_file_is_found(take: TakeIn, tmp_path: Path) -> None:
    plain = "".join(f"M,O{n},{TAIL}\n" for n in range(6000))
    late = f"M,早餐,{TAIL}\n"
    (tmp_path / "orders.csv").write_bytes(f"{HEADER}\n{plain}{late}".encode("gb18030"))
    assert len(f"{HEADER}\n{plain}") > limits.SAMPLE_BYTES_MAX
    shelf = take(tmp_path / "orders.csv")
    assert shelf.files[0].encoding == "gb18030"
    assert rows_of(shelf, "orders", columns="order_id")[-1] == ("早餐",)


def test_a_line_in_another_encoding_is_laid_aside_and_the_others_go_on(take: TakeIn, tmp_path: Path) -> None:
    lines = [f"M,早餐{n},{TAIL}" for n in range(3)]
    (tmp_path / "orders.csv").write_bytes(lined(*lines) + f"M,晚餐,{TAIL}\n".encode("gb18030"))
    shelf = take(tmp_path / "orders.csv")
    assert quarantined(shelf) == [(5, None, "undecodable_text")]
    assert rows_of(shelf, "orders", columns="order_id, source_line") == [("早餐0", 2), ("早餐1", 3), ("早餐2", 4)]


def test_lines_of_another_width_are_laid_aside_with_their_line(take: TakeIn, tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_bytes(
        lined(f"M,O1,{TAIL}", "M,O2", f"M,O3,{TAIL},1", f'M,"O\n4",{TAIL}', '"a\nb",c', f"M,O5,{TAIL}")
    )
    shelf = take(tmp_path / "orders.csv")
    assert quarantined(shelf, columns="source_line, reason, found") == [
        (3, "too_few_columns", "2 columns instead of 7"),
        (4, "too_many_columns", "8 columns instead of 7"),
        (7, "too_few_columns", "2 columns instead of 7"),
    ]
    assert rows_of(shelf, "orders", columns="order_id, source_line") == [("O1", 2), ("O\n4", 5), ("O5", 9)]
    assert is_balanced(shelf)


def test_lines_are_right_across_blocks(take: TakeIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "RECORD_BYTES_MAX", 300)
    lines, expected, broken, line = [], [], [], 2
    for n in range(200):
        if n % 7 == 3:
            lines.append("M,short")
            broken.append((line, None, "too_few_columns"))
        elif n % 5 == 2:
            lines.append(f'M,"O{n}\n\nx",{TAIL}')
            expected.append((f"O{n}\n\nx", line))
            line += 2
        else:
            lines.append(f"M,O{n},{TAIL}" if n % 11 else "")
            expected += [(f"O{n}", line)] if n % 11 else []
        line += 1
    (tmp_path / "orders.csv").write_bytes(lined(*lines))
    shelf = take(tmp_path / "orders.csv")
    assert rows_of(shelf, "orders", columns="order_id, source_line") == expected
    assert quarantined(shelf) == broken
    assert is_balanced(shelf)


def test_blank_lines_are_no_rows_but_counted(take: TakeIn, tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_bytes(b"\n\n" + lined("", f"M,O1,{TAIL}", ",,,,,,", "", f"M,O2,{TAIL}", "", ""))
    shelf = take(tmp_path / "orders.csv")
    assert rows_of(shelf, "orders", columns="order_id, source_line") == [("O1", 5), ("O2", 8)]
    assert shelf.files[0].rows_read == 2
    assert shelf.files[0].counts == {"blank_lines": 5}


def test_a_quote_that_swallows_lines_is_called_what_it_is(take: TakeIn, tmp_path: Path) -> None:
    header = HEADER + ",sequence_no"
    lines = [header, f'M,O1,{TAIL},"never closed', f"M,O2,{TAIL},x", f'M,O3,{TAIL},"y"', f"M,O4,{TAIL},z", ""]
    (tmp_path / "orders.csv").write_text("\n".join(lines), encoding="utf-8")
    shelf = take(tmp_path / "orders.csv")
    assert (2, None, "unclosed_quote") in quarantined(shelf)
    assert ("O4", 5) in rows_of(shelf, "orders", columns="order_id, source_line")
    assert is_balanced(shelf)


def test_a_record_without_end_makes_a_bad_file(take: TakeIn, tmp_path: Path) -> None:
    long = b'M,"' + b"x\n" * limits.RECORD_BYTES_MAX
    (tmp_path / "orders.csv").write_bytes(lined(f"M,O1,{TAIL}") + long)
    with pytest.raises(BadFile, match=r"orders\.csv: expected records of at most 8 MiB, found a longer one"):
        take(tmp_path / "orders.csv")


def test_a_file_that_is_not_the_table_of_its_header_is_refused(
    take: TakeIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "BROKEN_LINES_MAX", 5)
    (tmp_path / "orders.csv").write_bytes(lined(*["1,2"] * 10))
    with pytest.raises(BadFile, match="expected 7 columns a line, found another number on more than 5 lines"):
        take(tmp_path / "orders.csv")


def test_the_order_of_columns_and_unknown_ones_do_not_matter(take: TakeIn, tmp_path: Path) -> None:
    row = {"note": "n", **dict(reversed(order("O1", store_id="S1").items())), "": "z"}
    shelf = take(write_csv(tmp_path / "orders.csv", [row]))
    assert rows_of(shelf, "orders", columns="order_id, store_id") == [("O1", "S1")]
    assert shelf.carried["orders"] == {"store_id"}
    assert shelf.files[0].columns_unknown == ("", "note")
    assert "note" in shelf.files[0].remarks[0][0]
    assert "closed_at" in shelf.files[0].columns_absent


def test_header_names_may_be_spaced_and_capital(take: TakeIn, tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(f"{HEADER.title().replace(',', ' , ')}\nM,O1,{TAIL}\n", encoding="utf-8")
    shelf = take(tmp_path / "orders.csv")
    assert rows_of(shelf, "orders", columns="order_id") == [("O1",)]


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_book_with_only_a_header_is_present_and_empty(take: TakeIn, tmp_path: Path, end: str) -> None:
    (tmp_path / "orders.csv").write_text(HEADER + end, encoding="utf-8", newline="")
    shelf = take(tmp_path / "orders.csv")
    assert rows_of(shelf, "orders") == []
    assert shelf.carried == {"orders": frozenset()}
    assert shelf.files[0].rows_read == 0


def test_segments_bound_what_is_held_at_once(take: TakeIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("counterfoil.audit.intake.segments.SEGMENT_BYTES_MAX", 2000)
    monkeypatch.setattr(blocks, "RECORD_BYTES_MAX", 500)
    rows = [order(f"O{n}", total_minor="x" if n == 150 else "1") for n in range(300)]
    shelf = take(write_csv(tmp_path / "orders.csv", rows))
    assert len(rows_of(shelf, "orders")) == 299
    assert quarantined(shelf) == [(152, "total_minor", "bad_amount")]


def test_thousands_of_columns_are_no_trouble(take: TakeIn, tmp_path: Path) -> None:
    row = {**order("O1", sequence_no="a\nb"), **{f"x{n}": "" for n in range(3000)}}
    shelf = take(write_csv(tmp_path / "orders.csv", [row]))
    assert rows_of(shelf, "orders", columns="sequence_no") == [("a\nb",)]
    assert len(shelf.files[0].remarks[0][0]) < 300
