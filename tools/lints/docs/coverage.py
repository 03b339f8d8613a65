"""What exists is documented: the reference pages say what the code says, and the glossary knows every exception."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from tools.lints.tree import Source
from tools.reference.pages import detectors, pages, policy_defaults

GLOSSARY = "docs/glossary.md"
POLICY = "docs/reference/policy.md"
DIAGNOSES = "docs/reference/diagnoses.md"
SETTINGS = "docs/reference/settings.md"
_SETTING = re.compile(r"COUNTERFOIL_[A-Z_]*[A-Z]")


def check(sources: Sequence[Source]) -> Iterator[tuple[str, int, str]]:
    """Yield every page that has fallen behind, and every name that no page explains."""
    texts = {source.path: source.text for source in sources}
    for path, page in pages().items():
        if texts.get(path) != page:
            yield path, 1, "has fallen behind the code; `make docs` writes it anew"
    for key, default in policy_defaults().items():
        if f"| `{key}` | {default} |" not in texts.get(POLICY, ""):
            yield POLICY, 1, f"does not list `{key}` with its default, {default}"
    yield from _settings(texts)
    yield from _detectors(texts)


def _settings(texts: Mapping[str, str]) -> Iterator[tuple[str, int, str]]:
    named = {match for path, text in texts.items() if path.startswith("src/") for match in _SETTING.findall(text)}
    for variable in sorted(named):
        if f"| `{variable}` |" not in texts.get(SETTINGS, ""):
            yield SETTINGS, 1, f"does not explain `{variable}`"


def _detectors(texts: Mapping[str, str]) -> Iterator[tuple[str, int, str]]:
    for detector in detectors():
        if f"`{detector['id']}`" not in texts.get(GLOSSARY, ""):
            yield GLOSSARY, 1, f"does not explain `{detector['id']}`"
        if f"## {detector['id']}\n" not in texts.get(DIAGNOSES, ""):
            yield DIAGNOSES, 1, f"has no section {detector['id']}"
        for diagnosis in detector["diagnoses"]:
            if diagnosis["id"] not in texts.get(DIAGNOSES, ""):
                yield DIAGNOSES, 1, f"does not say what {diagnosis['id']} means"
