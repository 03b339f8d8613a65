"""`counterfoil bench`: measures Counterfoil on this machine and prints what it found beside what is promised."""

from __future__ import annotations

from typing import Annotated

import typer

from counterfoil.languages import help_in

HELP = help_in(en="Measure the speed of Counterfoil on this machine.", zh="在本机上测量 Counterfoil 的速度。")

bench = typer.Typer(help=HELP, no_args_is_help=True)


@bench.command(
    "startup",
    help=help_in(
        en="Time `--help` beside that of a bare Typer program; 1 if it costs more than promised.",
        zh="测量 `--help` 的耗时，并与一个空的 Typer 程序对比；超过承诺值时退出码为 1。",
    ),
)
def startup(
    rounds: Annotated[
        int, typer.Option(min=1, max=1000, help=help_in(en="How often each is started.", zh="各启动多少次。"))
    ] = 10,
) -> None:
    """Measure the start."""
    from counterfoil.bench.startup import RATIO_MAX, measure_startup

    found = measure_startup(rounds)
    typer.echo(
        f"counterfoil --help {found.ours_ms:.0f} ms, bare Typer --help {found.bare_ms:.0f} ms "
        f"(medians of {found.rounds}): {found.ratio:.2f} times, at most {RATIO_MAX}"
    )
    if found.ratio > RATIO_MAX:
        raise typer.Exit(1)
