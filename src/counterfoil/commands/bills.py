"""`counterfoil bills take`: bills and settlement files of acquirers, into the books of a shop."""

from __future__ import annotations

import json
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from counterfoil.commands.help_pages import HelpfulCommand
from counterfoil.commands.options import LangOption
from counterfoil.commands.shop.opening import MerchantOption
from counterfoil.errors import BadInput, BadOption
from counterfoil.languages import Language, Text, help_in

if TYPE_CHECKING:
    from counterfoil.counter.bills.taking import BillTaken

HELP = help_in(en="Take in bills and settlement files of acquirers.", zh="录入收单机构的账单与结算文件。")
HELP_TAKE = help_in(
    en="Take in bills; their rows join the acquirers' book, and payments that nobody could decide end by them.",
    zh="录入账单：各行并入对方账本，此前无法判定的付款据此了结。",
)

#: Some files could not be used; the others were taken.
EXIT_SOME_REFUSED = 1

_TAKEN = Text(
    en="{file}: {reader}, {first} to {last}: {rows} rows; {new} new, {same} known, {corrected} corrected, {aside} set "
    "aside; {decided} payments decided",
    zh="{file}：{reader}，{first} 至 {last}，共 {rows} 行；新增 {new}，已知 {same}，更正 {corrected}，搁置 {aside}；"
    "据此了结付款 {decided} 笔",
)
_KNOWN = Text(
    en="{file}: in the books already, taken in at {at} UTC as {before}, a bill of {acquirer}; nothing was changed; "
    "{decided} payments decided",
    zh="{file}：已在账本中：于 {at} UTC 以 {before} 录入，所属渠道 {acquirer}；未作改动；据此了结付款 {decided} 笔",
)
_STANDS = Text(
    en="  its rows stay those of {acquirer}: what was taken in is never renamed to {asked}",
    zh="  其各行仍属 {acquirer}：已录入的内容不会改记到 {asked}",
)
_SEVERAL = Text(en="several acquirers", zh="多个渠道")
_TOTAL = Text(en="  {label}: {stated} stated, {found} found", zh="  {label}：文件所载 {stated}，逐行合计 {found}")
_ASIDE = Text(en="  line {line}, {column}: {reason}", zh="  第 {line} 行，{column}：{reason}")
_WHOLE_ROW = Text(en="the whole row", zh="整行")
_REFUSED = Text(en="{file}: not taken: {why}", zh="{file}：未录入：{why}")

bills = typer.Typer(help=HELP, no_args_is_help=True)


@bills.callback()
def group() -> None:
    """Make `take` a word of its own."""


@bills.command("take", cls=HelpfulCommand, help=HELP_TAKE)
def take(
    merchant: MerchantOption,
    lang: LangOption,
    files: Annotated[
        list[Path] | None, typer.Argument(help=help_in(en="Bills, as they were given.", zh="账单原文件。"))
    ] = None,
    folder: Annotated[
        Path | None, typer.Option(help=help_in(en="Take every file of a folder.", zh="录入文件夹中的全部文件。"))
    ] = None,
    acquirer: Annotated[
        str | None,
        typer.Option(
            help=help_in(
                en="Whose they are, as the settings name it; default: as the format says.",
                zh="所属收单渠道（按配置中的名称）；默认取自文件格式。",
            )
        ),
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help=help_in(en="Print JSON.", zh="输出 JSON。"))] = False,
) -> None:
    """Take bills."""
    import asyncio

    import msgspec

    from counterfoil.bootstrap import open_house
    from counterfoil.error_words import said
    from counterfoil.ids import MerchantId

    paths = [*(files or ()), *(_files_of(folder) if folder is not None else ())]
    if not paths:
        raise BadOption("bills take: expected files, or --folder")
    house = open_house(application="counterfoil bills")
    refused = 0
    try:
        for path in paths:
            try:
                taken = house.bills.take(MerchantId(merchant), path, acquirer=acquirer)
            except BadOption:
                raise
            except BadInput as error:
                refused += 1
                typer.echo(_REFUSED.to(lang, file=path.name, why=said(error, lang)), err=True)
                continue
            if as_json:
                typer.echo(json.dumps(msgspec.to_builtins(taken), ensure_ascii=False))
            else:
                typer.echo(_said(taken, lang, path.name, acquirer))
    finally:
        asyncio.run(house.close())
    if refused:
        raise typer.Exit(EXIT_SOME_REFUSED)


def _files_of(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise BadOption(f"--folder: expected a folder, found {folder}")
    return sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))


def _said(taken: BillTaken, lang: Language, name: str, asked: str | None) -> str:
    if taken.was_known:
        return _said_of_known(taken, lang, name, asked)
    lines = [
        _TAKEN.to(
            lang,
            file=taken.file,
            reader=taken.reader,
            first=taken.first_day or "-",
            last=taken.last_day or "-",
            rows=taken.rows_n,
            new=taken.new_n,
            same=taken.same_n,
            corrected=taken.corrected_n,
            aside=taken.aside_n,
            decided=taken.decided_n,
        )
    ]
    lines += [_TOTAL.to(lang, label=each["label"], stated=each["stated"], found=each["found"]) for each in taken.totals]
    lines += [
        _ASIDE.to(
            lang,
            line=each["line"],
            column=each["column"] or _WHOLE_ROW.to(lang),
            reason=each["reason_zh" if lang is Language.ZH else "reason_en"],
        )
        for each in taken.aside
    ]
    return "\n".join(lines)


def _said_of_known(taken: BillTaken, lang: Language, name: str, asked: str | None) -> str:
    """Tell when a file came into the books, and as what."""
    acquirer = taken.acquirer or _SEVERAL.to(lang)
    at = f"{taken.taken_at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
    lines = [_KNOWN.to(lang, file=name, at=at, before=taken.file, acquirer=acquirer, decided=taken.decided_n)]
    if asked not in {None, taken.acquirer}:
        lines.append(_STANDS.to(lang, acquirer=acquirer, asked=asked))
    return "\n".join(lines)
