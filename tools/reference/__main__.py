"""Writes the pages anew: `python -m tools.reference`."""

from __future__ import annotations

from tools.reference.pages import ROOT, pages

for path, text in pages().items():
    (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
    (ROOT / path).write_text(text, encoding="utf-8")
    print(path)
