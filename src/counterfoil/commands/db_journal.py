"""`counterfoil db seal|verify|accept-restore`: gives facts their places, and computes every one of them anew."""

from __future__ import annotations

import json
import os
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from counterfoil.commands.options import LangOption
from counterfoil.commands.shop.opening import MerchantOption as OneMerchant
from counterfoil.languages import Text, help_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.commands.console import Bars, Silence
    from counterfoil.db.engine import Database
    from counterfoil.ids import MerchantId
    from counterfoil.journal.breaks import Break, Verified

EXIT_BROKEN = 1

VERIFY_HELP = help_in(
    en="Verify the journal: compute every seal anew and name the first broken link; 1 if it does not hold.",
    zh="校验流水账：重算每个封印，指出第一处断裂；不完好时退出码为 1。",
)
SEAL_HELP = help_in(
    en="Seal what the journal holds by now, and sign a checkpoint outside the database.",
    zh="封印流水账现有的内容，并在数据库之外签署检查点。",
)
ACCEPT_HELP = help_in(
    en="After restoring an older backup on purpose: sign that the chain goes on from where it is now.",
    zh="有意恢复较旧备份之后：签署认可，链条自现有位置继续。",
)

STAGES = {
    "seal": Text(en="Sealing", zh="封印"),
    "verify": Text(en="Verifying", zh="校验"),
}
_SEALED = Text(
    en="{merchant}: {n} facts sealed; the chain is {length} long", zh="{merchant}：封印 {n} 条，链长 {length}"
)
_BUSY = Text(
    en="{merchant}: another sealer is at it; nothing was done here", zh="{merchant}：另一进程正在封印，本次未做"
)
_HOLDS = Text(
    en="{merchant}: holds; {n} seals computed anew, {checkpoints} checkpoints agree",
    zh="{merchant}：完好；重算封印 {n} 个，检查点 {checkpoints} 个相符",
)
_BROKEN = Text(en="{merchant}: BROKEN in {n} places; the first:", zh="{merchant}：有 {n} 处不符，最先的是：")
_ACCEPTED = Text(
    en="{merchant}: {n} earlier checkpoints do not agree; a restore was accepted after them",
    zh="{merchant}：较早的 {n} 个检查点不相符，其后已认可一次恢复",
)
_GOES_ON = Text(
    en="{merchant}: accepted; the chain goes on from position {position}",
    zh="{merchant}：已认可，链条自位置 {position} 继续",
)
_NOTHING = Text(en="There is no merchant yet.", zh="尚无商户。")

MerchantOption = Annotated[
    str | None,
    typer.Option("--merchant", help=help_in(en="Only this merchant (default: all).", zh="只限该商户（默认全部）。")),
]
JsonOption = Annotated[bool, typer.Option("--json", help=help_in(en="Answer in JSON.", zh="以 JSON 回答。"))]
Because = Annotated[
    str,
    typer.Option("--because", help=help_in(en="Why; it is signed and kept.", zh="原因；将被签名并保存。")),
]


def verify(lang: LangOption, merchant: MerchantOption = None, as_json: JsonOption = False) -> None:
    """Verify every journal."""
    from counterfoil import clock
    from counterfoil.commands.console import progress_in
    from counterfoil.db.embedded.home import home_of
    from counterfoil.db.opening import open_database
    from counterfoil.journal.checkpoints import checkpoints_of
    from counterfoil.journal.sealing import UNSEALED_MAX
    from counterfoil.journal.verifying import verify as verified_anew

    checkpoints = checkpoints_of(os.environ, home_of(os.environ).path)
    with open_database(application="counterfoil db verify") as database, progress_in(lang, STAGES) as progress:
        verified = [
            verified_anew(
                database,
                checkpoints,
                merchant_id,
                now=clock.now(),
                unsealed_max=UNSEALED_MAX,
                heard=lambda done, total: progress.advance("verify", done, total),
            )
            for merchant_id in _merchants(database, merchant)
        ]
    if as_json:
        typer.echo(json.dumps(_as_json(verified), ensure_ascii=False, indent=2))
    else:
        for one in verified:
            _show(lang, one)
        if not verified:
            typer.echo(_NOTHING.to(lang))
    if not all(one.holds for one in verified):
        raise typer.Exit(EXIT_BROKEN)


def seal(lang: LangOption, merchant: MerchantOption = None) -> None:
    """Seal every journal, once."""
    from counterfoil import clock
    from counterfoil.commands.console import progress_in
    from counterfoil.db.embedded.home import home_of
    from counterfoil.db.opening import open_database
    from counterfoil.db.roles import Role
    from counterfoil.journal.checkpoints import checkpoints_of
    from counterfoil.journal.sealing import Sealer

    checkpoints = checkpoints_of(os.environ, home_of(os.environ).path)
    with (
        open_database(application="counterfoil db seal", role=Role.SEALER) as database,
        progress_in(lang, STAGES) as progress,
    ):
        sealer = Sealer(database=database, checkpoints=checkpoints, clock=clock.now)
        for merchant_id in _merchants(database, merchant):
            heard = partial(_heard, progress, sealer.waiting(merchant_id))
            done = sealer.seal(merchant_id, sign_now=True, heard=heard)
            length = None if done.head is None else done.head.position
            said = _BUSY if length is None else _SEALED
            typer.echo(said.to(lang, merchant=merchant_id, n=f"{done.facts_n:,}", length=f"{length or 0:,}"))


def accept_restore(lang: LangOption, merchant: OneMerchant, because: Because) -> None:
    """Accept that signed facts are gone."""
    from counterfoil import clock
    from counterfoil.db.embedded.home import home_of
    from counterfoil.db.opening import open_database
    from counterfoil.errors import BadOption
    from counterfoil.journal.checkpoints import checkpoints_of
    from counterfoil.journal.restoring import accept

    if not because.strip():
        raise BadOption("--because: say why the restore was meant")
    checkpoints = checkpoints_of(os.environ, home_of(os.environ).path)
    with open_database(application="counterfoil db accept-restore") as database:
        [merchant_id] = _merchants(database, merchant)
        accepted = accept(database, checkpoints, merchant_id, because=because, now=clock.now())
    typer.echo(_GOES_ON.to(lang, merchant=merchant_id, position=accepted.position))


def _merchants(database: Database, only: str | None) -> Sequence[MerchantId]:
    from counterfoil.errors import BadOption
    from counterfoil.journal.seals import store

    with database.engine.begin() as connection:
        known = store.merchant_ids(connection)
    if only is None:
        return known
    if only not in known:
        raise BadOption(f"--merchant: there is no merchant {only}")
    return [merchant_id for merchant_id in known if merchant_id == only]


def _heard(progress: Bars | Silence, waiting: int, sealed: int) -> None:
    progress.advance("seal", sealed, max(sealed, waiting))


def _show(lang: LangOption, verified: Verified) -> None:
    merchant = verified.merchant_id
    if verified.accepted_n:
        typer.echo(_ACCEPTED.to(lang, merchant=merchant, n=verified.accepted_n))
    if verified.holds:
        typer.echo(
            _HOLDS.to(lang, merchant=merchant, n=f"{verified.seals_n:,}", checkpoints=f"{verified.checkpoints_n:,}")
        )
        return
    typer.echo(_BROKEN.to(lang, merchant=merchant, n=verified.breaks_n))
    for found in verified.breaks:
        typer.echo(f"  {found.told(lang)}")


def _as_json(verified: Sequence[Verified]) -> dict[str, object]:
    return {
        "holds": all(one.holds for one in verified),
        "merchants": [
            {
                "merchant_id": one.merchant_id,
                "holds": one.holds,
                "seals": one.seals_n,
                "checkpoints": one.checkpoints_n,
                "accepted": one.accepted_n,
                "breaks_n": one.breaks_n,
                "breaks": [_break_as_json(found) for found in one.breaks],
            }
            for one in verified
        ],
    }


def _break_as_json(found: Break) -> dict[str, object]:
    from counterfoil.languages import Language

    said = {name: getattr(found, name) for name in ("position", "fact_id", "tag", "subject", "file", "line")}
    return {
        "broken": found.broken,
        **{name: value for name, value in said.items() if value is not None},
        **({} if found.at is None else {"at": found.at.isoformat()}),
        "explanation_en": found.told(Language.EN),
        "explanation_zh": found.told(Language.ZH),
    }
