"""Checkpoints: signed outside the database, and nobody takes a line out, puts one in or changes one unseen."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from counterfoil.db.roles import Role
from counterfoil.errors import BadOption
from counterfoil.journal.breaks import Broken
from counterfoil.journal.checkpoints import FILE_VARIABLE, checkpoints_of
from tests.journal.shop import Shop


@pytest.fixture
def signed(shop: Shop) -> Shop:
    """Three sales, each with a checkpoint of its own."""
    for _ in range(3):
        shop.sell()
        shop.seal()
    assert len(list(shop.checkpoints.lines())) == 3
    return shop


def rewrite(shop: Shop, change: Callable[[list[str]], list[str]]) -> None:
    lines = change(list(shop.checkpoints.lines()))
    shop.checkpoints.file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def changed(line: str, **values: object) -> str:
    return json.dumps({**json.loads(line), **values})


def in_line(number: int, **values: object) -> Callable[[list[str]], list[str]]:
    """Return what changes some values of one line, counted from 1."""
    return lambda lines: [changed(line, **values) if n == number else line for n, line in enumerate(lines, 1)]


_CHANGES: dict[str, tuple[Callable[[list[str]], list[str]], Broken, int]] = {
    "the first line is gone": (lambda lines: lines[1:], Broken.LINE_OUT_OF_CHAIN, 1),
    "a line in the middle is gone": (lambda lines: [lines[0], lines[2]], Broken.LINE_OUT_OF_CHAIN, 2),
    "the last line is gone": (lambda lines: lines[:2], Broken.LINES_DROPPED, 3),
    "every line is gone": (lambda lines: lines[:0], Broken.LINES_DROPPED, 1),
    "a line stands twice": (lambda lines: [lines[0], *lines], Broken.LINE_OUT_OF_CHAIN, 2),
    "two lines change places": (lambda lines: [lines[1], lines[0], lines[2]], Broken.LINE_OUT_OF_CHAIN, 1),
    "another position": (in_line(1, position=2), Broken.LINE_FORGED, 1),
    "another seal": (in_line(3, seal="00" * 32), Broken.LINE_FORGED, 3),
    "another time": (in_line(3, at="2020-01-01T00:00:00+00:00"), Broken.LINE_FORGED, 3),
    "another merchant": (in_line(1, merchant_id="m2"), Broken.LINE_FORGED, 1),
    "another count": (in_line(1, count=9), Broken.LINE_FORGED, 1),
    "another line before it": (in_line(2, before="00" * 32), Broken.LINE_FORGED, 2),
    "a restore that nobody accepted": (in_line(3, accepted_because="me"), Broken.LINE_FORGED, 3),
    "another signature": (in_line(1, signature="00" * 64), Broken.LINE_FORGED, 1),
    "a signature that is no number": (in_line(1, signature="?"), Broken.LINE_FORGED, 1),
    "a word where a number belongs": (in_line(1, position="1"), Broken.LINE_UNREADABLE, 1),
    "no JSON": (lambda lines: ["?", *lines[1:]], Broken.LINE_UNREADABLE, 1),
    "a blank in the last line": (lambda lines: [*lines[:2], lines[2].replace(" ", "  ")], Broken.LINES_DROPPED, 3),
}


@pytest.mark.parametrize(("change", "broken", "line"), _CHANGES.values(), ids=_CHANGES)
def test_a_changed_file_is_found_and_the_line_named(
    signed: Shop, change: Callable[[list[str]], list[str]], broken: Broken, line: int
) -> None:
    assert signed.verified().holds
    rewrite(signed, change)
    assert (broken, line) in [(found.broken, found.line) for found in signed.verified().breaks]


def test_a_file_that_is_gone_is_told(signed: Shop) -> None:
    signed.checkpoints.file.unlink()
    assert Broken.LINES_DROPPED in {found.broken for found in signed.verified().breaks}
    signed.checkpoints.tally.unlink()
    assert signed.verified().holds, "a chain that was sealed this minute need not be signed yet"
    later = signed.verified(later=timedelta(hours=2))
    assert [found.broken for found in later.breaks] == [Broken.CHECKPOINTS_MISSING]


def test_a_tally_that_is_gone_or_is_none_is_told(signed: Shop) -> None:
    signed.checkpoints.tally.unlink()
    assert [found.broken for found in signed.verified().breaks] == [Broken.LINES_DROPPED]


def test_another_key_signs_nothing_of_ours(signed: Shop) -> None:
    signed.checkpoints.key_file.unlink()
    assert [found.broken for found in signed.verified().breaks] == [Broken.KEY_MISSING]
    assert not signed.checkpoints.key_file.exists(), "verifying makes no key"
    signed.sell()
    signed.seal()
    assert [found.broken for found in signed.verified().breaks] == [Broken.LINE_FORGED] * 3


def test_a_line_that_a_crash_cut_short_is_dropped_and_the_next_one_follows(signed: Shop) -> None:
    with signed.checkpoints.file.open("a", encoding="utf-8") as file:
        file.write('{"merchant_id": "m1", "posi')
    assert signed.verified().holds
    signed.sell()
    signed.seal()
    assert len(list(signed.checkpoints.lines())) == 4
    assert signed.verified().holds


def test_a_crash_between_a_line_and_its_tally_is_no_contradiction(signed: Shop) -> None:
    before = signed.checkpoints.tally.read_bytes()
    signed.sell()
    signed.seal()
    signed.checkpoints.tally.write_bytes(before)
    assert signed.verified().holds


def test_files_are_their_owners_alone_and_no_role_of_the_database_reads_them(signed: Shop) -> None:
    for file in (signed.checkpoints.file, signed.checkpoints.key_file):
        assert file.stat().st_mode & 0o077 == 0
    for role in Role:
        with psycopg.connect(signed.addresses.of(role)) as connection, pytest.raises(psycopg.Error):
            connection.execute("SELECT pg_read_file(%s)", (str(signed.checkpoints.key_file),))


def test_a_key_that_others_may_read_is_refused(signed: Shop) -> None:
    signed.checkpoints.key_file.chmod(0o644)
    with pytest.raises(BadOption, match="others may read"):
        signed.verified()


def test_the_key_is_never_shown(signed: Shop) -> None:
    signed.checkpoints.key_file.write_text("not a key", encoding="ascii")
    with pytest.raises(BadOption, match="expected an Ed25519 key") as refused:
        signed.verified()
    assert "not a key" not in str(refused.value)


def test_settings_say_where_the_file_lies(tmp_path: Path) -> None:
    assert checkpoints_of({}, tmp_path).file.parent == tmp_path
    elsewhere = tmp_path / "share" / "seals.jsonl"
    assert checkpoints_of({FILE_VARIABLE: str(elsewhere)}, tmp_path).file == elsewhere


def test_a_file_of_another_shop_says_nothing_about_this_one(signed: Shop, tmp_path: Path) -> None:
    other = Shop(addresses=signed.addresses, folder=tmp_path / "other", merchant=type(signed.merchant)("m2"))
    other.folder.mkdir()
    for name in ("checkpoints.jsonl", "checkpoints.tally", "checkpoint.key"):
        shutil.copy2(signed.folder / name, other.folder / name)
    other.sell()
    other.seal()
    assert other.verified().checkpoints_n == 1
    assert other.verified().holds
