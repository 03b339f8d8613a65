"""The pages themselves: path to text. Nothing is said in them that the code does not say."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from counterfoil.audit.intake.reference import intake_reference
from counterfoil.books.reference import format_reference
from counterfoil.languages import Language
from counterfoil.policy import Policy
from counterfoil.policy_reference import policy_toml
from counterfoil.shop.imports.reference import files_reference
from counterfoil.shop.staff.reference import roles_reference
from counterfoil.web.reference import pages_reference
from tools.reference.commands import told_by_counterfoil
from tools.reference.states import states_lines

ROOT = Path(__file__).resolve().parents[2]
_WRITTEN = "<!-- Written by `make docs`; change the code that it tells of, not this page. -->"


def pages() -> dict[str, str]:
    """Return every page that the code can tell, by its path."""
    return {
        "docs/reference/books.md": f"{_WRITTEN}\n{format_reference()}",
        "docs/reference/commands.md": _page(_commands_page()),
        "docs/reference/detectors.md": _page(_detectors_page()),
        "docs/reference/intake.md": f"{_WRITTEN}\n{intake_reference()}",
        "docs/reference/pages.md": f"{_WRITTEN}\n{pages_reference()}",
        "docs/reference/roles.md": f"{_WRITTEN}\n{roles_reference()}",
        "docs/reference/shop-files.md": f"{_WRITTEN}\n{files_reference()}",
        "docs/reference/states.md": _page(states_lines()),
    }


def detectors() -> list[Mapping[str, Any]]:
    """Return what each detector's own file says of it."""
    files = sorted((ROOT / "src/counterfoil/detectors").glob("*/detector.toml"))
    return [tomllib.loads(file.read_text(encoding="utf-8")) for file in files]


def policy_defaults() -> dict[str, str]:
    """Return every key of the policy with its default, as the policy file spells it."""
    found: dict[str, str] = {}
    table = ""
    for line in policy_toml(Policy(), Language.EN).splitlines():
        if header := re.fullmatch(r"\[(\w+)\]", line):
            table = f"{header[1]}."
        elif value := re.fullmatch(r"(# )?(\w+) =(?: (.*?))?(?:  # .*)?", line):
            found[table + value[2]] = "none" if value[1] else f"`{value[3]}`"
    return found


def _page(lines: Iterator[str]) -> str:
    return "\n".join([_WRITTEN, *lines]) + "\n"


def _commands_page() -> Iterator[str]:
    yield "# Commands"
    yield ""
    yield "Exit codes: 0 clean · 1 findings at or above `--fail-on` · 2 bad input or usage · 70 a fault of"
    yield "Counterfoil's own · 130 interrupted · 141 whoever read the output went away."
    yield ""
    yield "`COUNTERFOIL_DEBUG=1` shows where an error arose. `COUNTERFOIL_LANG=en` or `zh` chooses the language where"
    yield "`--lang` is not given and `LANG` should not decide."
    for command in told_by_counterfoil():
        yield ""
        yield f"## counterfoil {command['name']}".rstrip()
        yield ""
        yield command["help"]
        yield ""
        yield "| option | value | meaning |"
        yield "|---|---|---|"
        for param in command["params"]:
            if not param["hidden"]:
                yield _option_line(param)


def _option_line(param: Mapping[str, Any]) -> str:
    name = ", ".join(param["opts"]).upper() if param["argument"] else ", ".join(param["opts"])
    value = "" if param["flag"] else f"`{param['value']}`".replace("|", "\\|")
    return f"| `{name}`{' (required)' if param['required'] else ''} | {value} | {param['help']} |"


def _detectors_page() -> Iterator[str]:
    yield "# Detectors · 检测规则"
    yield ""
    yield "What each of the five looks for. The exact conditions stand in [diagnoses](diagnoses.md)."
    for detector in detectors():
        yield ""
        yield f"## {detector['title_en']} · {detector['title_zh']}"
        yield ""
        yield f"`{detector['id']}` — {detector['question_en']} {detector['question_zh']}"
        yield ""
        yield "| diagnosis | 诊断 | severity | question |"
        yield "|---|---|---|---|"
        for row in detector["diagnoses"]:
            yield f"| `{row['id']}` {row['title_en']} | {row['title_zh']} | {row['severity']} | {row['question_en']} |"
        yield ""
        yield "What it cannot see:"
        yield ""
        for gap in detector.get("known_gaps", ()):
            yield f"* {gap['en']} {gap['zh']}"
