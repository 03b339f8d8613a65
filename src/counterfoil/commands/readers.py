"""`counterfoil readers`: lists the formats that can be read, with what each gives to which book."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from counterfoil.commands.options import LangOption
from counterfoil.errors import BadOption
from counterfoil.languages import Language, Text, help_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterfoil.audit.readers.contract import Reader

HELP = help_in(
    en="List the formats that can be read, or tell what one of them gives to which book.",
    zh="列出能读取的文件格式；指定名称时，说明该格式为哪些账本提供数据。",
)

_NAME = Text(en="name", zh="名称")
_FORMAT = Text(en="format", zh="格式")
_GIVES = Text(en="gives", zh="提供的账本")
_NOTE = Text(en="note", zh="备注")
_UNTESTED = Text(en="untested on real files", zh="尚未用真实文件验证")
_NOTHING = Text(en="no book; its totals are checked", zh="不提供账本，只核对合计")
_OWN = Text(en="Counterfoil's own books", zh="自有账本格式")
_OWN_NOTE = Text(en="see `counterfoil books`", zh="见 `counterfoil books`")
_ALL = Text(en="every book", zh="全部账本")
_BESIDES = Text(en="Optional columns that it carries, beside the required ones:", zh="除必填列外，还带有以下可选列：")


def readers(
    lang: LangOption,
    name: Annotated[
        str | None,
        typer.Argument(help=help_in(en="Tell everything about this one.", zh="只详细说明这一种格式。")),
    ] = None,
) -> None:
    """List the readers, or tell of one."""
    from counterfoil.audit.intake.recognition import BOOK_FORMAT, readers_found

    found = {reader.name: reader for reader in readers_found()}
    if name is None:
        _list(found, lang)
    elif name == BOOK_FORMAT:
        typer.echo(f"{name} · {_OWN.to(lang)} · {_OWN_NOTE.to(lang)}")
    elif name in found:
        _tell(found[name], lang)
    else:
        raise BadOption(f"reader: expected one of {', '.join(found)}, found {name!r}")


def _list(found: Mapping[str, Reader], lang: Language) -> None:
    from rich.table import Table

    from counterfoil.audit.intake.recognition import BOOK_FORMAT
    from counterfoil.commands.console import answers

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for heading in (_NAME, _FORMAT, _GIVES, _NOTE):
        table.add_column(heading.to(lang), overflow="fold", no_wrap=heading is _NAME)
    table.add_row(BOOK_FORMAT, _OWN.to(lang), _ALL.to(lang), _OWN_NOTE.to(lang))
    for reader in found.values():
        table.add_row(
            reader.name,
            _title(reader, lang),
            ", ".join(reader.gives) or _NOTHING.to(lang),
            "" if reader.tested_on_real_files else _UNTESTED.to(lang),
        )
    answers().print(table)


def _tell(reader: Reader, lang: Language) -> None:
    typer.echo(f"{reader.name} · {_title(reader, lang)}")
    if not reader.tested_on_real_files:
        typer.echo(_UNTESTED.to(lang))
    typer.echo(_BESIDES.to(lang) if reader.gives else _NOTHING.to(lang))
    for table, columns in reader.gives.items():
        typer.echo(f"  {table}: {', '.join(sorted(columns)) or '—'}")


def _title(reader: Reader, lang: Language) -> str:
    return Text(en=reader.title_en, zh=reader.title_zh).to(lang)
