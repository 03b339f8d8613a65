"""The kit: every macro of `templates/kit/`, within reach of each template as `kit.NAME`. Nothing is imported by hand.

A macro knows the visit that it is used in, so that money and moments are written in the visitor's language and zone.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
from jinja2 import nodes

from counterfoil.errors import Bug

if TYPE_CHECKING:
    from jinja2.environment import TemplateModule

FOLDER = "kit"


class Kit:
    """The kit of one rendering."""

    def __init__(self, environment: jinja2.Environment, homes: Mapping[str, str], values: Mapping[str, Any]) -> None:
        """Take where each macro stands, and what it knows."""
        self._environment, self._homes = environment, homes
        self._values = {**values, "kit": self}
        self._modules: dict[str, TemplateModule] = {}

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 — a macro
        """Return a macro; the file that it stands in is read when the first of its macros is used."""
        home = self._homes.get(name)
        if home is None:
            raise AttributeError(f"the kit has no {name}; there are {', '.join(sorted(self._homes))}")
        if home not in self._modules:
            self._modules[home] = self._environment.get_template(home).make_module(self._values)
        return getattr(self._modules[home], name)


def homes_of_macros(environment: jinja2.Environment, folder: Path) -> Mapping[str, str]:
    """Return in which template each macro of the kit stands; Bug where two have one name."""
    homes: dict[str, str] = {}
    for file in sorted((folder / FOLDER).glob("*.html")):
        tree = environment.parse(file.read_text(encoding="utf-8"))
        for macro in tree.find_all(nodes.Macro):
            if macro.name.startswith("_"):
                continue
            if macro.name in homes:
                raise Bug(f"two macros of the kit are called {macro.name}: in {homes[macro.name]} and in {file.name}")
            homes[macro.name] = f"{FOLDER}/{file.name}"
    return homes
