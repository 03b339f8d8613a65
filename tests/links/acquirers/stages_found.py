"""The stages that there are: in each file of `stages/` the class whose name ends with Stage; there is no register."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from tests.links.acquirers.cases import Case
from tests.links.acquirers.stage import Fault, Stage

_FOLDER = Path(__file__).with_name("stages")


@cache
def stages() -> Mapping[str, Callable[[], Stage]]:
    """Return the stages by the names of their files."""
    found = {}
    for file in sorted(_FOLDER.glob("[a-z]*.py")):
        module = importlib.import_module(f"tests.links.acquirers.stages.{file.stem}")
        classes = [
            value
            for name, value in vars(module).items()
            if isinstance(value, type) and name.endswith("Stage") and value.__module__ == module.__name__
        ]
        assert len(classes) == 1, f"{file.name} has {len(classes)} stages"
        found[file.stem] = classes[0]
    return found


@cache
def faults_of(case: Case) -> frozenset[Fault]:
    """Return the faults that a case plans, by the constants that its source names."""
    tree = ast.parse(inspect.getsource(case))
    return frozenset(
        Fault[node.attr]
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == Fault.__name__
    )
