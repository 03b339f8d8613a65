"""A contract for import-linter that its own contracts cannot say: these modules import *only* those.

The law itself stands in pyproject.toml, under `tool.importlinter`.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from importlinter import Contract, ContractCheck, fields, output
from importlinter.domain.helpers import module_expressions_to_modules

if TYPE_CHECKING:
    from grimp import ImportGraph

#: Stands for every module of the standard library.
STANDARD_LIBRARY = "stdlib"
#: How many parts the name of a folder has, counted from the root, when `own_folder` lets it import itself.
_FOLDER_PARTS = 3


class OnlyContract(Contract):
    """Modules that import nothing but what is listed (with everything below it).

    `source_modules`: expressions. `allowed_modules`: names; `stdlib` is the standard library. `own_folder`: modules
    of the same folder (`counterfoil.detectors.void_mismatch`) may import one another.
    """

    type_name = "only"

    source_modules = fields.SetField(subfield=fields.ModuleExpressionField())
    allowed_modules = fields.SetField(subfield=fields.StringField())
    own_folder = fields.BooleanField(required=False, default=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: FBT001 — the signature is import-linter's
        """Compare every direct import with the list."""
        listed: set[str] = set(self.allowed_modules)  # type: ignore[call-overload]  # a field holds its parsed value
        expressions: Any = self.source_modules
        within_own_folder: Any = self.own_folder
        broken = []
        sources = sorted(module.name for module in module_expressions_to_modules(graph, expressions))
        for source in sources:
            allowed = set(listed)
            if within_own_folder:
                allowed.add(".".join(source.split(".")[:_FOLDER_PARTS]))
            imported = sorted(graph.find_modules_directly_imported_by(source))
            broken += [(source, name) for name in imported if not is_allowed(name, allowed)]
        output.verbose_print(verbose, f"{len(sources)} modules were held to their list")
        return ContractCheck(kept=bool(sources) and not broken, metadata={"broken": broken, "sources": len(sources)})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Say which module imports what it may not."""
        if not check.metadata["sources"]:
            output.print_error("no module matches source_modules: the contract holds nobody")
        for source, name in check.metadata["broken"]:
            output.print_error(f"{source} may not import {name}")


def is_allowed(name: str, allowed: set[str]) -> bool:
    """Say whether a module, or something above it, is on the list."""
    if STANDARD_LIBRARY in allowed and name.split(".", maxsplit=1)[0] in sys.stdlib_module_names:
        return True
    return any(name == each or name.startswith(f"{each}.") for each in allowed)
