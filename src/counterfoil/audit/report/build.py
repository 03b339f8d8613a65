"""Build the report's page: `python -m counterfoil.audit.report.build`. It never runs during an audit."""

from __future__ import annotations

from pathlib import Path

from counterfoil.vite import ViteProject

PROJECT = ViteProject(folder=Path(__file__).parent / "page")


if __name__ == "__main__":
    PROJECT.build_and_say("report page")
