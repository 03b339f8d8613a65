"""The scripts and style sheets that Vite has built: read once at the start, and served under names that never change.

A name holds a digest of what is in the file, so a browser may keep it for good, and only what was built is served:
there is no path from an address to the disk.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from counterfoil.errors import BadInput
from counterfoil.web.access import PUBLIC

DIST = Path(__file__).parent / "assets" / "dist"

_TYPES: Mapping[str, str] = MappingProxyType(
    {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
)
_FOR_GOOD = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltFile:
    """One file, as it is and as it is packed."""

    content: bytes = field(repr=False)
    media_type: str
    #: By the name of the packing, as `Accept-Encoding` says it; the better one first.
    packed: Mapping[str, bytes] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltFiles:
    """Everything that was built, and what each page begins with."""

    by_name: Mapping[str, BuiltFile]
    #: Addresses of the script and the style sheets of an entry, by the entry's name.
    scripts: Mapping[str, str]
    styles: Mapping[str, tuple[str, ...]]


def built_files(folder: Path = DIST) -> BuiltFiles:
    """Read what was built; BadInput where nothing was."""
    try:
        manifest: dict[str, dict[str, Any]] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadInput("the pages are not built; run `make setup`, or `python -m counterfoil.web.build`") from None
    files = {path.name: _read(path) for path in sorted(folder.iterdir()) if path.suffix in _TYPES}
    entries = {chunk["name"]: chunk for chunk in manifest.values() if chunk.get("isEntry")}
    return BuiltFiles(
        by_name=MappingProxyType(files),
        scripts={name: f"/assets/{chunk['file']}" for name, chunk in entries.items()},
        styles={name: tuple(f"/assets/{style}" for style in chunk.get("css", ())) for name, chunk in entries.items()},
    )


def _read(path: Path) -> BuiltFile:
    packed = {name: path.with_name(path.name + ending) for name, ending in (("br", ".br"), ("gzip", ".gz"))}
    return BuiltFile(
        content=path.read_bytes(),
        media_type=_TYPES[path.suffix],
        packed={name: file.read_bytes() for name, file in packed.items() if file.is_file()},
    )


@get("/assets/{name:str}", opt=PUBLIC, include_in_schema=False, sync_to_thread=False)
def serve_file(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """Serve one file, packed where the browser can unpack it."""
    files: BuiltFiles = request.app.state.faces.files
    found = files.by_name.get(name)
    if found is None:
        raise NotFoundException
    headers = {"Cache-Control": _FOR_GOOD, "Vary": "Accept-Encoding"}
    accepted = {part.split(";")[0].strip() for part in request.headers.get("accept-encoding", "").split(",")}
    for encoding, content in found.packed.items():
        if encoding in accepted:
            return Response(content, media_type=found.media_type, headers={**headers, "Content-Encoding": encoding})
    return Response(found.content, media_type=found.media_type, headers=headers)
