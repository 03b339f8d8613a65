"""The contract `only`: modules import what is listed, and a contract that holds nobody is broken."""

from __future__ import annotations

import tomllib
from pathlib import Path

import grimp
import pytest

from tools.import_law import OnlyContract, is_allowed

ROOT = Path(__file__).resolve().parents[2]


def graph_of(*imports: tuple[str, str]) -> grimp.ImportGraph:
    graph = grimp.ImportGraph()
    for module in sorted({"shop", *(name for pair in imports for name in pair)}):
        graph.add_module(module, is_squashed=not module.startswith("shop"))
    for importer, imported in imports:
        graph.add_import(importer=importer, imported=imported)
    return graph


def contract(**options: object) -> OnlyContract:
    return OnlyContract(
        name="x", session_options={"root_packages": ["shop"]}, contract_options={"own_folder": "true", **options}
    )


def kept(graph: grimp.ImportGraph, *allowed: str) -> bool:
    return contract(source_modules=["shop.rules.**"], allowed_modules=list(allowed)).check(graph, verbose=False).kept


def test_an_import_that_is_listed_keeps_the_contract() -> None:
    assert kept(graph_of(("shop.rules.a", "ibis"), ("shop.rules.a", "shop.books.format")), "ibis", "shop.books")


def test_an_import_that_is_not_listed_breaks_it_and_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    law = contract(source_modules=["shop.rules.**"], allowed_modules=["ibis"])
    check = law.check(graph_of(("shop.rules.a", "duckdb")), verbose=False)
    law.render_broken_contract(check)
    assert not check.kept
    assert "shop.rules.a may not import duckdb" in capsys.readouterr().out


def test_the_standard_library_is_allowed_only_where_it_is_listed() -> None:
    graph = graph_of(("shop.rules.a", "decimal"))
    assert kept(graph, "stdlib")
    assert not kept(graph, "ibis")


def test_files_of_one_folder_may_import_one_another_and_not_their_neighbours() -> None:
    assert kept(graph_of(("shop.rules.void.rule", "shop.rules.void.peers")), "ibis")
    assert not kept(graph_of(("shop.rules.void.rule", "shop.rules.slips.rule")), "ibis")


def test_a_contract_that_holds_nobody_is_broken() -> None:
    assert not kept(graph_of(("shop.other", "ibis")), "ibis")


def test_a_name_that_only_begins_alike_is_not_below() -> None:
    assert not is_allowed("ibis_extra", {"ibis"})
    assert is_allowed("ibis.expr", {"ibis"})


def test_every_folder_with_a_rule_is_under_the_law() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    held = {name for law in settings["tool"]["importlinter"]["contracts"] for name in law.get("source_modules", ())}
    rules = (ROOT / "src" / "counterfoil" / "detectors").glob("*/rule.py")
    assert {f"counterfoil.detectors.{rule.parent.name}.**" for rule in rules} <= held
