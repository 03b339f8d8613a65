"""Commands in the docs exist: targets of make, commands and options of counterfoil."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from tools.lints.docs.markdown import code, pages_of
from tools.lints.tree import Source
from tools.reference.commands import commands_of_counterfoil

_SHELL = frozenset({"sh", "bash", "console", "text", ""})
_MAKE = re.compile(r"^\s*(?:\$ )?make (?P<target>[a-z][\w-]*)")
_OURS = re.compile(r"^\s*(?:\$ )?counterfoil (?P<rest>[^#|>]+)")
_TARGET = re.compile(r"^(?P<name>[a-z][\w-]*):", re.MULTILINE)


def check(sources: Sequence[Source]) -> Iterator[tuple[str, int, str]]:
    """Yield every command in a block of code that does not exist."""
    makefile = next((source.text for source in sources if source.path == "Makefile"), "")
    targets = {match["name"] for match in _TARGET.finditer(makefile)}
    commands = commands_of_counterfoil()
    for page in pages_of(sources):
        for line, text in code(page, _SHELL):
            make, ours = _MAKE.match(text), _OURS.match(text)
            if make is not None and make["target"] not in targets:
                yield page.path, line, f"there is no `make {make['target']}`"
            if ours is not None:
                yield from ((page.path, line, wrong) for wrong in wrong_in(ours["rest"], commands))


def wrong_in(rest: str, commands: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """Yield what is wrong with the words after `counterfoil`; `commands` maps each command to its options."""
    words = rest.replace("[", " ").replace("]", " ").split()
    name = ""
    for word in words:
        longer = f"{name} {word}".strip()
        if longer not in commands:
            break
        name = longer
    if not name and not words[0].startswith("-"):
        yield f"there is no command `counterfoil {words[0]}`"
        return
    for option in (word.partition("=")[0] for word in words if word.startswith("-")):
        if option not in commands[name]:
            yield f"`counterfoil {name}` has no option {option}"
