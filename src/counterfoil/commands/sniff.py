"""`counterfoil sniff FILE`: says what a file is, in which encoding, how many rows, and whether its totals are right."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from counterfoil.commands.options import LangOption
from counterfoil.languages import Language, Text, help_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterfoil.audit.intake.shelf import FileRead
    from counterfoil.audit.sniff import Sniffed

HELP = help_in(
    en="Say what a file is: format, encoding, rows, and whether its control totals are right (1 if they are not).",
    zh="识别文件：格式、编码、行数，以及文件自带的合计是否正确（不正确时退出码为 1）。",
)

_FORMAT = Text(en="format", zh="格式")
_ENCODING = Text(en="encoding", zh="编码")
_ROWS = Text(en="rows", zh="行数")
_GIVES = Text(en="gives", zh="提供")
_SET_ASIDE = Text(en="set aside", zh="未采用")
_TOTAL = Text(en="control total", zh="控制总数")
_RIGHT = Text(en="{stated}, right", zh="{stated}，正确")
_WRONG = Text(
    en="WRONG: the file says {stated}, its rows give {found}", zh="不符：文件写的是 {stated}，各行合计为 {found}"
)
_REMARK = Text(en="remark", zh="说明")
_COUNT = Text(en="count", zh="计数")
_PASSED_OVER = Text(en="not read", zh="未读取")


def sniff(
    lang: LangOption,
    file: Annotated[Path, typer.Argument(help=help_in(en="The file to look at.", zh="要识别的文件。"))],
) -> None:
    """Say what a file is."""
    import tempfile

    from counterfoil.audit.sniff import sniff as sniff_at
    from counterfoil.commands.console import printable

    with tempfile.TemporaryDirectory(prefix="counterfoil-") as scratch:
        sniffed = sniff_at(file, Path(scratch))
    for line in _lines(sniffed, lang):
        typer.echo(printable(line))
    if not sniffed.totals_agree:
        raise typer.Exit(1)


def _lines(sniffed: Sniffed, lang: Language) -> Iterator[str]:
    colon = "：" if lang is Language.ZH else ": "
    for file in sniffed.files:
        yield file.name
        for label, text in _facts(file, sniffed, lang):
            yield f"  {label.to(lang)}{colon}{text}"
    for passed in sniffed.passed_over:
        yield passed.name
        why = Text(en=passed.text_en, zh=passed.text_zh).to(lang)
        yield f"  {_PASSED_OVER.to(lang)}{colon}{why}"


def _facts(file: FileRead, sniffed: Sniffed, lang: Language) -> Iterator[tuple[Text, str]]:
    from counterfoil.audit.check_words import label_of

    yield _FORMAT, file.reader
    yield _ENCODING, file.encoding
    yield _ROWS, f"{file.rows_read:,}"
    for table, rows in file.gave.items():
        yield _GIVES, f"{table} {rows:,}"
    for word, rows in file.set_aside.items():
        reason = sniffed.reasons[word]
        yield _SET_ASIDE, f"{rows:,} · {Text(en=reason.text_en, zh=reason.text_zh).to(lang)}"
    for total in file.control_totals:
        judged = _RIGHT if total.agrees else _WRONG
        yield _TOTAL, f"{total.label} {judged.to(lang, stated=total.stated, found=total.found)}"
    for name, number in file.counts.items():
        yield _COUNT, f"{label_of(name).to(lang)} {number:,}"
    for english, chinese in file.remarks:
        yield _REMARK, Text(en=english, zh=chinese).to(lang)
