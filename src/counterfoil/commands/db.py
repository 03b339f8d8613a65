"""`counterfoil db`: the database: start, stop, look at it, bring it forward; backups are in a file of their own."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from counterfoil.commands import db_backups, db_journal
from counterfoil.commands.help_pages import HelpfulCommand, HelpfulGroup
from counterfoil.commands.options import LangOption
from counterfoil.errors import BadOption
from counterfoil.languages import Language, Text, help_in

if TYPE_CHECKING:
    from counterfoil.db.status import Status

HELP = help_in(en="Look after the database.", zh="管理数据库。")

db = typer.Typer(cls=HelpfulGroup, help=HELP, no_args_is_help=True)

_FOLDER = Text(en="Data folder: {folder}", zh="数据文件夹：{folder}")
_STARTED = Text(en="The database is running.", zh="数据库正在运行。")
_STOPPED = Text(en="The database was stopped.", zh="数据库已停止。")
_WAS_DOWN = Text(en="The database was not running.", zh="数据库本来就没有运行。")


def _own_folder() -> Path:
    """Return the data folder; BadOption where the settings name somebody's own server, which is not ours to run."""
    from counterfoil.db.address import URL_VARIABLE, place_of

    place = place_of(os.environ)
    if place.ours is None:
        raise BadOption(f"{URL_VARIABLE} names a server of yours; start and stop it with its own tools")
    return place.ours.path


@db.command(
    "up",
    cls=HelpfulCommand,
    help=help_in(
        en="Start the embedded database, unless it is running, and leave it running.",
        zh="启动内置数据库（若未运行），并使其保持运行。",
    ),
)
def up(lang: LangOption) -> None:
    """Start it."""
    folder = _own_folder()
    typer.echo(_FOLDER.to(lang, folder=folder))
    from counterfoil.db.opening import reached

    reached(os.environ)
    typer.echo(_STARTED.to(lang))


@db.command(
    "down",
    cls=HelpfulCommand,
    help=help_in(
        en="Stop the embedded database; what is under way is rolled back.",
        zh="停止内置数据库；未完成的操作会回滚。",
    ),
)
def down(lang: LangOption) -> None:
    """Stop it."""
    from counterfoil.db.embedded.home import Home
    from counterfoil.db.embedded.server import down as stop

    folder = _own_folder()
    typer.echo(_FOLDER.to(lang, folder=folder))
    typer.echo((_STOPPED if stop(Home(folder)) else _WAS_DOWN).to(lang))


@db.command(
    "status",
    cls=HelpfulCommand,
    help=help_in(
        en="Show where the database is and how it is doing; 1 if it does not run or is not up to date.",
        zh="显示数据库的位置与状况；若未运行或不是最新，退出码为 1。",
    ),
)
def status(
    lang: LangOption,
    as_json: Annotated[bool, typer.Option("--json", help=help_in(en="Print JSON.", zh="输出 JSON。"))] = False,
) -> None:
    """Look at it."""
    import msgspec

    from counterfoil.db.status import status_of

    seen = status_of(os.environ)
    typer.echo(msgspec.json.format(msgspec.json.encode(seen), indent=2) if as_json else _told(seen, lang))
    if not seen.running or seen.pending is None or seen.pending:
        raise typer.Exit(1)


_WHERE = {
    "embedded": Text(en="embedded, in {where}", zh="内置，位于 {where}"),
    "own_server": Text(en="a server of yours, {where}", zh="自有服务器，{where}"),
}
_LINES = {
    "where": Text(en="database", zh="数据库"),
    "server": Text(en="server", zh="服务器"),
    "size": Text(en="size", zh="大小"),
    "connections": Text(en="connections", zh="连接数"),
    "revision": Text(en="revision", zh="版本号"),
    "backup": Text(en="last backup", zh="最近备份"),
    "kept": Text(en="put aside by a restore", zh="恢复时保留的原数据库"),
}
_NOT_RUNNING = Text(en="not running; `counterfoil db up` starts it", zh="未运行；用 `counterfoil db up` 启动")
_SIZE = Text(en="{mib} MiB", zh="{mib} MiB（兆字节）")
_CURRENT = Text(en="{revision}, up to date", zh="{revision}，已是最新")
_PENDING = Text(
    en="{revision}; pending migrations: {pending}; run `counterfoil db migrate`",
    zh="{revision}；待执行的迁移：{pending}；请运行 `counterfoil db migrate`",
)
_NEWER = Text(en="{revision}, of a newer Counterfoil", zh="{revision}，来自更新版本的 Counterfoil")
_NEVER = Text(en="never", zh="从未备份")


def _told(seen: Status, lang: Language) -> str:
    told = {"where": _WHERE[seen.kind].to(lang, where=seen.where)}
    if not seen.running:
        told["server"] = _NOT_RUNNING.to(lang)
    else:
        told["server"] = f"PostgreSQL {seen.server_version}"
        told["size"] = _SIZE.to(lang, mib=f"{(seen.size_bytes or 0) >> 20:,}")
        told["connections"] = str(seen.connections)
        revision = seen.revision or "—"
        if seen.pending is None:
            told["revision"] = _NEWER.to(lang, revision=revision)
        elif seen.pending:
            told["revision"] = _PENDING.to(lang, revision=revision, pending=", ".join(seen.pending))
        else:
            told["revision"] = _CURRENT.to(lang, revision=revision)
        at = seen.last_backup_at
        told["backup"] = _NEVER.to(lang) if at is None else f"{at:%Y-%m-%d %H:%M:%S} UTC, {seen.last_backup_file}"
        if seen.kept:
            told["kept"] = ", ".join(seen.kept)
    return "\n".join(f"{_LINES[key].to(lang)}: {value}" for key, value in told.items())


class Only(StrEnum):
    """Which steps may run."""

    PRE = "pre"


_MIGRATING = {"migrate": Text(en="Migrating", zh="迁移")}
_MIGRATED = Text(en="Ran {count} migrations: {revisions}", zh="已执行 {count} 个迁移：{revisions}")
_NOTHING = Text(en="There was nothing to migrate.", zh="没有需要执行的迁移。")


@db.command(
    "migrate",
    cls=HelpfulCommand,
    help=help_in(
        en="Bring the tables forward to what this version needs. There is no way back but a backup.",
        zh="把数据表更新到本版本所需的结构。除恢复备份外不可回退。",
    ),
)
def migrate(
    lang: LangOption,
    only: Annotated[
        Only | None,
        typer.Option(
            help=help_in(
                en="`pre`: stop before the first step that the code before it would not survive.",
                zh="`pre`：在旧程序无法承受的第一步之前停止。",
            )
        ),
    ] = None,
) -> None:
    """Bring it forward."""
    from counterfoil.commands.console import progress_in
    from counterfoil.db.migrations.history import Phase
    from counterfoil.db.migrations.migrate import migrate as bring_forward
    from counterfoil.db.opening import reached
    from counterfoil.db.roles import Role

    addresses = reached(os.environ)
    with progress_in(lang, _MIGRATING) as progress:
        done = bring_forward(
            addresses.of(Role.OWNER),
            name=addresses.name,
            only=None if only is None else Phase.PRE,
            heard=lambda steps, total: progress.advance("migrate", steps, total),
        )
    revisions = ", ".join(step.revision for step in done)
    typer.echo(_MIGRATED.to(lang, count=len(done), revisions=revisions) if done else _NOTHING.to(lang))


db.command("backup", cls=HelpfulCommand, help=db_backups.BACKUP_HELP)(db_backups.backup)
db.command("restore", cls=HelpfulCommand, help=db_backups.RESTORE_HELP)(db_backups.restore)
db.command("seal", cls=HelpfulCommand, help=db_journal.SEAL_HELP)(db_journal.seal)
db.command("verify", cls=HelpfulCommand, help=db_journal.VERIFY_HELP)(db_journal.verify)
db.command("accept-restore", cls=HelpfulCommand, help=db_journal.ACCEPT_HELP)(db_journal.accept_restore)
db.command("discard", cls=HelpfulCommand, help=db_backups.DISCARD_HELP)(db_backups.discard)
