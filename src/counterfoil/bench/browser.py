"""A real browser for benches and tests: the Chromium that is installed, with nothing of its own on the network."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from counterfoil.errors import BadInput

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def installed() -> str | None:
    """Return the path of the installed browser, or None."""
    return next((path for path in map(shutil.which, _NAMES) if path), None)


@contextmanager
def browser() -> Iterator[Browser]:
    """Start the installed browser without a window; BadInput where there is none."""
    path = installed()
    if path is None:
        raise BadInput(f"no browser found; one of {', '.join(_NAMES)} must be installed")
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415  # only benches and tests have it
    except ModuleNotFoundError as error:
        raise BadInput("the browser is driven by playwright: `pip install playwright`") from error
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=[*_FLAGS])
        try:
            yield started
        finally:
            started.close()
