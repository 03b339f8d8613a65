"""The HTML around the page: one file, no request to anywhere, one script that runs, and that one named by its hash.

Whatever comes from the shop's files is inside compressed blocks; nothing of it is ever written as markup here.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path

from counterfoil.errors import BadInput

#: Where `build.py` puts the page.
DIST = Path(__file__).parent / "page" / "dist"

_HEAD = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<meta name="generator" content="Counterfoil {version}">
<title>Counterfoil</title>
<link rel="icon" href="{icon}">
<style>{style}</style>
</head>
<body>
<div id="page"></div>
<noscript><p class="noscript">This report is drawn by a script inside this file. Allow JavaScript to see it;
nothing is loaded from anywhere. <span lang="zh">本报告由文件内的脚本绘制，请允许 JavaScript；不会从任何地方加载内容。
</span></p></noscript>
"""

_ICON = (
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'><rect width='32' height='32' rx='7' fill='#0e5a47'/>"
    "<path d='M9 8h14v16H9z' fill='#fff'/><path d='M18 8v16' stroke='#0e5a47' stroke-width='2' "
    "stroke-dasharray='2 2'/></svg>"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The built page: one script and one style sheet."""

    script: str
    style: str
    #: The licences of the parts that the script is made of.
    licences: str


def built_page(dist: Path = DIST) -> Page:
    """Read the built page; BadInput where it has not been built."""
    try:
        script = (dist / "page.js").read_text(encoding="utf-8")
        style = (dist / "page.css").read_text(encoding="utf-8")
        licences = (dist / "licenses.md").read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise BadInput(
            "the report's page is not built; run `make setup`, or `python -m counterfoil.audit.report.build`"
        ) from error
    return Page(script=_inert(script), style=style.replace("</", "<\\/"), licences=licences)


def head(page: Page, *, language: str, version: str) -> str:
    """Write everything before the data."""
    return _HEAD.format(
        language="zh-CN" if language == "zh" else "en",
        policy=_policy(page.script),
        version="".join(sign for sign in version if sign.isalnum() or sign in ".-+"),
        icon="data:image/svg+xml;base64," + base64.b64encode(_ICON.encode()).decode(),
        style=page.style,
    )


def _policy(script: str) -> str:
    """Allow this script and no other, no request at all, and images and styles from inside the file only."""
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


def _inert(script: str) -> str:
    """Keep the HTML parser from seeing an end of the script, or a comment, inside its own strings."""
    return script.replace("</script", "<\\/script").replace("<!--", "<\\!--")
