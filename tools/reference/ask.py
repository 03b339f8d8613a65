"""Prints, as JSON, every command of counterfoil with its parameters; run by `commands.py` in a process of its own."""

from __future__ import annotations

import json
from typing import Any

import typer

from counterfoil.cli import app


def told(name: str, command: Any) -> list[dict[str, Any]]:  # noqa: ANN401 — Typer does not publish the type
    """Tell of a command and of those below it."""
    context = typer.Context(command)
    rows = [{"name": name, "help": command.help or "", "params": [told_of(param, context) for param in command.params]}]
    for below, inner in getattr(command, "commands", {}).items():
        rows += told(f"{name} {below}".strip(), inner)
    return rows


def told_of(param: Any, context: typer.Context) -> dict[str, Any]:  # noqa: ANN401 — Typer does not publish the type
    """Tell of one option or argument."""
    return {
        "opts": [*param.opts, *param.secondary_opts],
        "argument": param.param_type_name == "argument",
        "flag": bool(getattr(param, "is_flag", False)),
        "value": str(param.display_type(context)),
        "required": param.required,
        "help": getattr(param, "help", None) or "",
        "hidden": getattr(param, "hidden", False),
    }


if __name__ == "__main__":
    print(json.dumps(told("", typer.main.get_command(app))))
