"""How a bench ends: with a line for every promise that is not kept, and with 1 where there is one."""

from __future__ import annotations

from collections.abc import Iterable

import typer


def hold_to(broken: Iterable[str]) -> None:
    """Tell of every promise that is not kept, and end with 1 where there is one."""
    lines = list(broken)
    for line in lines:
        typer.echo(line, err=True)
    if lines:
        raise typer.Exit(1)
