"""`counterfoil db backup`, `restore` and `discard`: the database in a file, and back from it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from counterfoil.commands.options import LangOption
from counterfoil.languages import Text, help_in

STAGES = {
    "count": Text(en="Counting tables", zh="统计数据表"),
    "dump": Text(en="Writing tables", zh="写出数据表"),
    "check": Text(en="Reading the backup", zh="读取备份"),
    "load": Text(en="Loading the backup", zh="载入备份"),
}
_BACKED_UP = Text(en="Backed up {rows} rows, {mib} MiB: {file}", zh="已备份 {rows} 行，{mib} MiB：{file}")
_RESTORED = Text(
    en="Restored {rows} rows, as of {at}, and counted them.", zh="已恢复 {rows} 行（截止 {at}），行数已核对。"
)
_KEPT = Text(
    en="What was there before is kept as {kept}, until `counterfoil db discard {kept}`.",
    zh="原有内容保存为 {kept}；不再需要时运行 `counterfoil db discard {kept}`。",
)
_BEHIND = Text(
    en="It is older than this version: run `counterfoil db migrate`.",
    zh="备份早于本版本：请运行 `counterfoil db migrate`。",
)


BACKUP_HELP = help_in(
    en="Write the whole database into one file that can be checked and restored.",
    zh="把整个数据库写入一个可校验、可恢复的文件。",
)


def backup(
    file: Annotated[Path, typer.Argument(help=help_in(en="A new file.", zh="新文件。"))],
    lang: LangOption,
) -> None:
    """Back it up."""
    from counterfoil import clock
    from counterfoil.commands.console import progress_in
    from counterfoil.db.backup.writing import back_up
    from counterfoil.db.opening import reached

    addresses = reached(os.environ)
    with progress_in(lang, STAGES) as progress:
        made = back_up(addresses, file, now=clock.now(), heard=progress.advance)
    rows = sum(made.manifest.rows.values())
    typer.echo(_BACKED_UP.to(lang, rows=f"{rows:,}", mib=f"{made.bytes / (1 << 20):.1f}", file=made.file))


RESTORE_HELP = help_in(
    en="Bring a backup back: into a new database that is counted before it takes the old one's place.",
    zh="恢复备份：先恢复到新数据库并核对行数，再替换原数据库。",
)


def restore(
    file: Annotated[Path, typer.Argument(help=help_in(en="A backup.", zh="备份文件。"))],
    lang: LangOption,
    replace: Annotated[
        bool,
        typer.Option(
            "--replace",
            help=help_in(
                en="Replace a database with rows in it; it is kept under another name.",
                zh="替换非空的数据库；原数据库改名保留。",
            ),
        ),
    ] = False,
) -> None:
    """Bring it back."""
    from counterfoil import clock
    from counterfoil.commands.console import progress_in
    from counterfoil.db.backup.restoring import restore as bring_back
    from counterfoil.db.migrations.history import steps_after
    from counterfoil.db.opening import reached

    addresses = reached(os.environ)
    with progress_in(lang, STAGES) as progress:
        done = bring_back(addresses, file, replace=replace, now=clock.now(), heard=progress.advance)
    rows, at = sum(done.manifest.rows.values()), f"{done.manifest.taken_at:%Y-%m-%d %H:%M:%S} UTC"
    typer.echo(_RESTORED.to(lang, rows=f"{rows:,}", at=at))
    if done.kept is not None:
        typer.echo(_KEPT.to(lang, kept=done.kept))
    if steps_after(done.manifest.revision):
        typer.echo(_BEHIND.to(lang))


_DISCARDED = Text(en="Discarded {kept}.", zh="已删除 {kept}。")


DISCARD_HELP = help_in(
    en="Drop a database that a restore has put aside.",
    zh="删除恢复时保留的原数据库。",
)


def discard(
    kept: Annotated[
        str, typer.Argument(help=help_in(en="Its name, as `status` shows it.", zh="`status` 所示的名称。"))
    ],
    lang: LangOption,
) -> None:
    """Drop what was put aside."""
    from counterfoil.db.backup.restoring import discard as drop
    from counterfoil.db.opening import reached

    drop(reached(os.environ), kept)
    typer.echo(_DISCARDED.to(lang, kept=kept))
