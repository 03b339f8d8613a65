"""Build what the pages load: `python -m counterfoil.web.build`. It never runs while anybody is served."""

from __future__ import annotations

from pathlib import Path

from counterfoil.vite import ViteProject

_HERE = Path(__file__).parent

#: The style sheet is made for the classes that the templates name.
PROJECT = ViteProject(folder=_HERE / "assets", reads=tuple((_HERE / "templates").rglob("*.html")))


if __name__ == "__main__":
    PROJECT.build_and_say("pages")
