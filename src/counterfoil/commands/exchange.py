"""`counterfoil import` and `export`: a history into the live books, and the live books as files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from counterfoil.commands.options import Form, LangOption
from counterfoil.errors import BadOption
from counterfoil.languages import Language, Text, help_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.db.engine import Database
    from counterfoil.exchange.model import Entered, Imported
    from counterfoil.ids import MerchantId

IMPORT_HELP = help_in(
    en="Take a history into the live books: all of a merchant's rows or none; 1 if a merchant's were refused.",
    zh="把历史数据导入在用账本：每个商户要么全部导入，要么一行不动；有商户被拒时退出码为 1。",
)
EXPORT_HELP = help_in(en="Write the live books as files of the book format.", zh="把在用账本写成账本格式的文件。")

EXIT_REFUSED = 1
STAGES = {
    "look": Text(en="Looking at the files", zh="识别文件"),
    "read": Text(en="Reading", zh="读取"),
    "match keys": Text(en="Looking for repeats", zh="检查重复行"),
    "write": Text(en="Writing", zh="写入"),
}
_NOTHING = Text(
    en="{merchant}: nothing new; all {same} rows were there already", zh="{merchant}：无新内容；{same} 行均已存在"
)
_TAKEN = Text(
    en="{merchant}: {new} rows imported, {same} were there already", zh="{merchant}：导入 {new} 行，已存在 {same} 行"
)
_WOULD = Text(
    en="{merchant}: {new} rows would be imported, {same} are there already; nothing was written",
    zh="{merchant}：将导入 {new} 行，已存在 {same} 行；未写入任何内容",
)
_REFUSED = Text(
    en="{merchant}: REFUSED, and nothing of it was written: {n} rows stand otherwise in the books",
    zh="{merchant}：拒绝，未写入任何内容：账本中有 {n} 行与之不同",
)
_OTHERS = Text(en="  {table}: {n}, such as {keys}", zh="  {table}：{n} 行，例如 {keys}")
_TABLE = Text(en="  {table}: {new} new, {same} there already", zh="  {table}：新增 {new}，已存在 {same}")
_ASIDE = Text(en="{n} rows break the book format and were set aside:", zh="{n} 行不合账本格式，已搁置：")
_ASIDE_ROW = Text(en="  {file}, line {line}{column}: {reason}", zh="  {file} 第 {line} 行{column}：{reason}")
_COLUMN = Text(en=", {column}", zh="，{column} 列")
_ELSEWHERE = Text(en="{n} rows of other merchants were left alone.", zh="其他商户的 {n} 行未动。")
_EXPORTED = Text(en="{n} rows of {merchants} merchants: {folder}", zh="{merchants} 个商户共 {n} 行：{folder}")

Merchant = Annotated[
    str | None,
    typer.Option(
        "--merchant", help=help_in(en="Only this merchant's rows (default: all).", zh="只限该商户（默认全部）。")
    ),
]
Sources = Annotated[
    list[Path],
    typer.Argument(help=help_in(en="Folders, files and archives.", zh="文件夹、文件或压缩包。"), metavar="DIR"),
]
Target = Annotated[Path, typer.Argument(help=help_in(en="The folder to write to.", zh="写入的文件夹。"), metavar="DIR")]
DryRun = Annotated[
    bool,
    typer.Option("--dry-run", help=help_in(en="Do everything, then take it back.", zh="全部演练一遍，然后撤回。")),
]
TimeZone = Annotated[
    str | None,
    typer.Option(help=help_in(en="The zone of times without an offset.", zh="没有时差的时间所在的时区。")),
]
Currency = Annotated[
    str | None,
    typer.Option(help=help_in(en="The currency of amounts that name none.", zh="未注明货币的金额所用货币。")),
]
ExportForm = Annotated[
    Form, typer.Option("--format", help=help_in(en="In which form the books are written.", zh="账本的文件格式。"))
]


def import_(
    lang: LangOption,
    sources: Sources,
    merchant: Merchant = None,
    dry_run: DryRun = False,
    time_zone: TimeZone = None,
    currency: Currency = None,
) -> None:
    """Import a history."""
    from counterfoil import clock
    from counterfoil.audit.secret import hash_key
    from counterfoil.commands.console import progress_in
    from counterfoil.db.opening import open_database
    from counterfoil.exchange.importing import ImportWish, import_books
    from counterfoil.ids import MerchantId

    wish = ImportWish(
        paths=sources,
        merchant_id=None if merchant is None else MerchantId(merchant),
        dry_run=dry_run,
        time_zone=time_zone,
        currency=currency,
        key=hash_key(os.environ),
    )
    with open_database(application="counterfoil import") as database, progress_in(lang, STAGES) as progress:
        known = _known(database)
        if merchant is not None and merchant not in known:
            raise BadOption(f"--merchant: there is no merchant {merchant}")
        imported = import_books(database, wish, known, now=clock.now(), progress=progress)
    _show(lang, imported)
    if any(entered.other_n for entered in imported.merchants):
        raise typer.Exit(EXIT_REFUSED)


def export(lang: LangOption, folder: Target, form: ExportForm = Form.PARQUET, merchant: Merchant = None) -> None:
    """Export the books."""
    from counterfoil.commands.console import progress_in
    from counterfoil.db.opening import open_database
    from counterfoil.exchange.exporting import export_books

    with open_database(application="counterfoil export") as database, progress_in(lang, STAGES) as progress:
        known = _known(database)
        if merchant is not None and merchant not in known:
            raise BadOption(f"--merchant: there is no merchant {merchant}")
        chosen = [one for one in known if merchant in {None, one}]
        exported = export_books(database, folder, chosen, form=form, heard=progress.advance)
    rows = sum(exported.rows.values())
    typer.echo(_EXPORTED.to(lang, n=f"{rows:,}", merchants=len(chosen), folder=folder))


def _known(database: Database) -> Sequence[MerchantId]:
    from counterfoil.journal.seals.store import merchant_ids

    with database.engine.begin() as connection:
        return merchant_ids(connection)


def _show(lang: Language, imported: Imported) -> None:
    for entered in imported.merchants:
        _show_merchant(lang, entered, kept=imported.kept)
    if imported.elsewhere_n:
        typer.echo(_ELSEWHERE.to(lang, n=f"{imported.elsewhere_n:,}"))
    if imported.aside_n:
        typer.echo(_ASIDE.to(lang, n=f"{imported.aside_n:,}"))
    for row in imported.aside:
        reason = row.reason_zh if lang is Language.ZH else row.reason_en
        column = "" if row.column is None else _COLUMN.to(lang, column=row.column)
        typer.echo(_ASIDE_ROW.to(lang, file=row.file, line=row.line, column=column, reason=reason))


def _show_merchant(lang: Language, entered: Entered, *, kept: bool) -> None:
    if entered.other_n:
        typer.echo(_REFUSED.to(lang, merchant=entered.merchant_id, n=f"{entered.other_n:,}"))
        for table, written in entered.tables.items():
            if written.other_n:
                typer.echo(_OTHERS.to(lang, table=table, n=f"{written.other_n:,}", keys=", ".join(written.others)))
        return
    said = (_TAKEN if entered.new_n else _NOTHING) if kept else _WOULD
    typer.echo(said.to(lang, merchant=entered.merchant_id, new=f"{entered.new_n:,}", same=f"{entered.same_n:,}"))
    for table, written in entered.tables.items():
        typer.echo(_TABLE.to(lang, table=table, new=f"{written.new_n:,}", same=f"{written.same_n:,}"))
