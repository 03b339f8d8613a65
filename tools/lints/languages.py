"""Nothing that people read stands in one language only: English and 中文 are written side by side."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from tools.lints.complaint import Complaint
from tools.lints.tree import Source

NAME = "languages"
_HAN = re.compile(r"[\u4e00-\u9fff]")
_HEADING = re.compile(r"^#{1,6} ", re.MULTILINE)


def check(source: Source) -> Iterator[Complaint]:
    """Complain about a call that gives a text in one language only, or in the wrong one."""
    if not source.is_python or not source.path.startswith("src/"):
        return
    for node in source.nodes:
        if isinstance(node, ast.Call):
            yield from _check_call(source, node)
        if isinstance(node, ast.ClassDef):
            yield from _check_fields(source, node)


def _check_call(source: Source, call: ast.Call) -> Iterator[Complaint]:
    given = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    for name, value in given.items():
        twin = _twin(name)
        if twin is not None and twin not in given:
            yield Complaint(path=source.path, line=call.lineno, lint=NAME, text=f"{name} is given without {twin}")
        if not (isinstance(value, ast.Constant) and isinstance(value.value, str)):
            continue
        if _ends(name, "zh") and not _HAN.search(value.value):
            yield Complaint(path=source.path, line=value.lineno, lint=NAME, text=f"{name} has no Chinese in it")
        if _ends(name, "en") and _HAN.search(value.value):
            yield Complaint(path=source.path, line=value.lineno, lint=NAME, text=f"{name} has Chinese in it")


def _check_fields(source: Source, node: ast.ClassDef) -> Iterator[Complaint]:
    fields = [
        item.target.id for item in node.body if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
    ]
    for name in fields:
        twin = _twin(name)
        if twin is not None and twin not in fields:
            yield Complaint(path=source.path, line=node.lineno, lint=NAME, text=f"{node.name}.{name} has no {twin}")


def _ends(name: str, language: str) -> bool:
    return name == language or name.endswith(f"_{language}")


def _twin(name: str) -> str | None:
    if _ends(name, "en"):
        return name[: -len("en")] + "zh"
    return name[: -len("zh")] + "en" if _ends(name, "zh") else None


def check_tree(sources: Sequence[Source]) -> Iterator[Complaint]:
    """Complain about pages that exist in one language only, or whose headings do not pair."""
    pages = {source.path: source for source in sources if source.path.endswith(".md")}
    for path, page in pages.items():
        twin = _twin_page(path)
        if twin is None:
            continue
        other = pages.get(twin)
        if other is None:
            yield Complaint(path=path, line=1, lint=NAME, text=f"{twin} is missing")
        elif _outline(page.text) != _outline(other.text):
            yield Complaint(path=path, line=1, lint=NAME, text=f"its headings do not pair with those of {twin}")


def _twin_page(path: str) -> str | None:
    for one, other in (
        (".en.md", ".zh.md"),
        (".zh.md", ".en.md"),
        ("README.md", "README.zh-CN.md"),
        ("README.zh-CN.md", "README.md"),
    ):
        if path.endswith(one) and (one[0] == "." or path == one):
            return path[: -len(one)] + other
    return None


def _outline(text: str) -> list[str]:
    without_code = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return [heading.strip() for heading in _HEADING.findall(without_code)]
