"""`counterfoil db backup`, `restore` and `discard`: the database in a file, and back from it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from counterfoil.commands.options import LangOption
from counterfoil.languages import Text, help_in

if TYPE_CHECKING:
    from counterfoil.db.backup.keys import KeyAtHand

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


_NEEDS = Text(
    en="It needs the secret key {key}, which is not in it: keep a copy of {place} in another place.",
    zh="恢复后仍需密钥 {key}；备份中不含密钥：请把 {place} 另存一份到别处。",
)
_NO_KEY_YET = Text(
    en="There is no secret key in {place}, so the backup does not say which one it needs.",
    zh="{place} 处没有密钥，因此备份未注明所需的密钥。",
)
_UNTOLD = Text(
    en="The backup does not say which secret key it needs. Where PINs do not fit, put the key of then in {place}.",
    zh="备份未注明所需的密钥。若员工的 PIN 不符，请把当时的密钥放到 {place}。",
)
_WITHOUT = Text(
    en="WITHOUT its secret key {key}: PINs and passwords have to be set anew, and vouchers and what is known of "
    "customers stay shut until that key lies in {place}.",
    zh="缺少其密钥 {key}：PIN 与密码须重新设置；在该密钥放回 {place} 之前，礼券与顾客信息无法使用。",
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
    key = _key_at_hand()
    with progress_in(lang, STAGES) as progress:
        made = back_up(addresses, file, key=key.fingerprint, now=clock.now(), heard=progress.advance)
    rows = sum(made.manifest.rows.values())
    typer.echo(_BACKED_UP.to(lang, rows=f"{rows:,}", mib=f"{made.bytes / (1 << 20):.1f}", file=made.file))
    said = _NEEDS if key.fingerprint is not None else _NO_KEY_YET
    typer.echo(said.to(lang, key=key.fingerprint, place=key.place))


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
    without_key: Annotated[
        bool,
        typer.Option(
            "--without-key",
            help=help_in(
                en="Restore although the secret key here is not the one that the backup needs.",
                zh="即使此处的密钥不是备份所需的那一把，也照样恢复。",
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

    key = _key_at_hand()
    addresses = reached(os.environ)
    with progress_in(lang, STAGES) as progress:
        done = bring_back(
            addresses,
            file,
            replace=replace,
            key=None if without_key else key,
            now=clock.now(),
            heard=progress.advance,
        )
    rows, at = sum(done.manifest.rows.values()), f"{done.manifest.taken_at:%Y-%m-%d %H:%M:%S} UTC"
    typer.echo(_RESTORED.to(lang, rows=f"{rows:,}", at=at))
    needed = done.manifest.secret_key
    if needed is None:
        typer.echo(_UNTOLD.to(lang, place=key.place))
    elif needed != key.fingerprint:
        typer.echo(_WITHOUT.to(lang, key=needed, place=key.place))
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


def _key_at_hand() -> KeyAtHand:
    """Look which secret key lies here; none is made."""
    from counterfoil.db.backup.keys import KeyAtHand
    from counterfoil.db.embedded.home import home_of
    from counterfoil.shop.secret_keys import place_of_key, secret_key_at_hand

    home = home_of(os.environ).path
    found = secret_key_at_hand(os.environ, home)
    return KeyAtHand(place=place_of_key(os.environ, home), fingerprint=None if found is None else found.fingerprint())
