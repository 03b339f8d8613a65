"""A file that came with a form: its bytes are ours for as long as it is read, and its name is only shown."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from litestar.datastructures import FormMultiDict, UploadFile

from counterfoil.error_words import said_on_a_page
from counterfoil.errors import BadFile, BadInput
from counterfoil.languages import Language, Text

_NAME_LENGTH_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What came along; no bytes where there was no file, or an empty one."""

    #: As it is shown; it is never opened.
    name: str
    content: bytes = field(repr=False)

    @contextmanager
    def kept(self) -> Iterator[Path]:
        """Keep it in a file until it is read."""
        with tempfile.NamedTemporaryFile(prefix="counterfoil-sent-") as file:
            file.write(self.content)
            file.flush()
            yield Path(file.name)

    def why(self, error: BadInput) -> Text:
        """Say why it cannot be used, by the name that it has for whoever sent it, as a part of a sentence."""
        named = error
        if isinstance(error, BadFile):
            named = BadFile(file=self.name, expected=error.expected, found=error.found, advice=error.advice)
        return Text(
            en=said_on_a_page(named, Language.EN).rstrip("."), zh=said_on_a_page(named, Language.ZH).rstrip("。.")
        )


async def sent_in(fields: FormMultiDict, name: str = "file") -> Sent:
    """Read the file of a form."""
    file = fields.get(name)
    if not isinstance(file, UploadFile):
        return Sent(name="", content=b"")
    shown = "".join(letter for letter in file.filename if letter.isprintable())[-_NAME_LENGTH_MAX:]
    return Sent(name=shown or name, content=await file.read())
