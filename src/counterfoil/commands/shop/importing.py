"""`counterfoil shop import`: takes items, prices, staff and the like from files, or shows what it would take."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from counterfoil.commands.console import printable
from counterfoil.commands.options import LangOption
from counterfoil.commands.shop.opening import MerchantOption, opened
from counterfoil.languages import Language, Text, help_in
from counterfoil.shop.imports.model import FLAW_WORDS, Noun

if TYPE_CHECKING:
    from counterfoil.shop.imports.model import Taken

HELP = help_in(
    en="Take stores, terminals, taxes, items, barcodes, prices, staff, customers and stock from CSV or Excel. "
    "A file is taken as a whole or not at all, and the same file twice changes nothing.",
    zh="从 CSV 或 Excel 导入门店、收银机、税率、商品、条码、价格、员工、客户与库存。"
    "每个文件要么整体导入，要么完全不导入；重复导入同一文件不会产生任何变化。",
)

#: Rows set aside that are shown of one file; the count is always whole.
SHOWN_MAX = 20

_LINE = Text(
    en="{file} ({noun}): {rows} rows = {added} added + {changed} changed + {same} the same + {aside} set aside; {end}",
    zh="{file}（{noun}）：{rows} 行 = 新增 {added} + 更改 {changed} + 相同 {same} + 搁置 {aside}；{end}",
)
_TAKEN = Text(en="taken", zh="已导入")
_DRY = Text(en="dry run: nothing was taken", zh="试运行：未导入任何内容")
_LEFT = Text(
    en="nothing of it was taken; mend the rows, or take the others with --skip-bad",
    zh="整个文件未导入；请修正以下各行，或用 --skip-bad 仅导入其余行",
)
_COLUMN = Text(en=", {column}", zh="，{column} 列")
_ASIDE = Text(en="  line {line}{column}: {why}{found}", zh="  第 {line} 行{column}：{why}{found}")
_MORE = Text(en="  … and {count} more", zh="  …… 另有 {count} 行")


def import_files(
    files: Annotated[list[Path], typer.Argument(help=help_in(en="CSV or Excel files.", zh="CSV 或 Excel 文件。"))],
    merchant: MerchantOption,
    lang: LangOption,
    noun: Annotated[
        Noun | None,
        typer.Option(
            "--as",
            help=help_in(en="What the files tell of.", zh="文件内容的种类。"),
            show_default=help_in(en="by its name", zh="按文件名"),
        ),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help=help_in(en="Show what would change, and change nothing.", zh="只显示将发生的变化。")
        ),
    ] = False,
    skip_bad: Annotated[
        bool,
        typer.Option(
            "--skip-bad",
            help=help_in(en="Take a file's good rows where others are bad.", zh="跳过有误的行，导入其余行。"),
        ),
    ] = False,
) -> None:
    """Take files; ends with 1 where rows were set aside."""
    from counterfoil.shop.imports.taking import How, take_files

    how = How(noun=noun, dry_run=dry_run, skip_bad=skip_bad)
    with opened(merchant) as shop:
        taken = take_files(shop.database, shop.merchant_id, shop.keys, files, how=how, now=shop.now)
    for each in taken:
        _tell(each, lang, dry_run=dry_run)
    if any(each.aside for each in taken):
        raise typer.Exit(1)


def _tell(taken: Taken, lang: Language, *, dry_run: bool) -> None:
    end = _DRY if dry_run else _TAKEN if taken.kept else _LEFT
    counts = {"rows": taken.rows, "added": taken.added, "changed": taken.changed, "same": taken.same}
    said = {"file": printable(taken.file), "noun": taken.noun, "aside": len(taken.aside), "end": end.to(lang)}
    typer.echo(_LINE.to(lang, **counts, **said))
    for aside in taken.aside[:SHOWN_MAX]:
        column = _COLUMN.to(lang, column=aside.column) if aside.column else ""
        found = f": {aside.found!r}" if aside.found else ""
        why = FLAW_WORDS[aside.flaw].to(lang)
        typer.echo(_ASIDE.to(lang, line=aside.line, column=column, why=why, found=found))
    if len(taken.aside) > SHOWN_MAX:
        typer.echo(_MORE.to(lang, count=len(taken.aside) - SHOWN_MAX))
