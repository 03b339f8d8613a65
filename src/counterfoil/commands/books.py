"""`counterfoil books`: prints the book format, or empty books to fill in; it never overwrites a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from counterfoil.errors import BadOption
from counterfoil.languages import help_in

HELP = help_in(
    en="Print the reference of the book format, or make CSV templates of the books.",
    zh="输出账本格式说明，或生成各账本的 CSV 模板。",
)


def books(
    table: Annotated[
        str | None,
        typer.Option(help=help_in(en="Print the CSV header of this table only.", zh="只输出这张表的 CSV 表头。")),
    ] = None,
    templates: Annotated[
        Path | None,
        typer.Option(
            help=help_in(
                en="Write one empty CSV file for each table into this folder.",
                zh="在此文件夹中为每张表写一个空的 CSV 文件。",
            )
        ),
    ] = None,
) -> None:
    """Print the format, one header, or write templates."""
    from counterfoil.books.format import TABLES
    from counterfoil.books.reference import csv_template, format_reference

    if table is not None:
        if table not in TABLES:
            raise BadOption(f"--table: expected one of {', '.join(TABLES)}, found {table!r}")
        typer.echo(csv_template(TABLES[table]), nl=False)
    elif templates is not None:
        write_templates(templates, {f"{name}.csv": csv_template(each) for name, each in TABLES.items()})
        typer.echo(str(templates))
    else:
        typer.echo(format_reference(), nl=False)


def write_templates(folder: Path, files: dict[str, str]) -> None:
    """Write the templates, all or none: a file that is already there is not touched."""
    there = [name for name in files if (folder / name).exists()]
    if there:
        raise BadOption(f"--templates: {folder} already has {', '.join(there)}; name an empty folder")
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
