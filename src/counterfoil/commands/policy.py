"""`counterfoil policy`: prints the policy that holds, ready to be changed; it never writes a file itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from counterfoil.commands.options import LangOption
from counterfoil.languages import help_in

HELP = help_in(
    en="Print the default policy, or FILE with its gaps filled, as TOML with every key explained.",
    zh="输出默认政策；若给出文件，则补全缺省值后输出，逐项附有说明（TOML）。",
)


def policy(
    lang: LangOption,
    file: Annotated[
        Path | None,
        typer.Argument(help=help_in(en="A policy to check and complete.", zh="要检查并补全的政策文件。")),
    ] = None,
) -> None:
    """Print a policy."""
    from counterfoil.policy import Policy, read_policy
    from counterfoil.policy_reference import policy_toml

    typer.echo(policy_toml(read_policy(file) if file else Policy(), lang), nl=False)
