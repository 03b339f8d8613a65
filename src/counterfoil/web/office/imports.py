"""`/office/items/imports/file`: a file of items, prices or stock is tried first, and then taken as it was shown.

Nothing is kept between the two: the browser sends the file again, and what the one that was tried came to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER, HTTP_409_CONFLICT

from counterfoil.counter.changing_items import NOUNS, take_file
from counterfoil.errors import BadInput
from counterfoil.languages import Text
from counterfoil.refusals import Refused
from counterfoil.shop.imports.files import RawFile, read_file
from counterfoil.shop.imports.model import FLAW_WORDS, Noun, Taken
from counterfoil.shop.imports.nouns import COLUMNS, title_of
from counterfoil.shop.staff.model import Verb
from counterfoil.web.access import needs
from counterfoil.web.faces import Faces, faces_of
from counterfoil.web.filled import Filled
from counterfoil.web.forms import form_sent
from counterfoil.web.office.files import Sent, sent_in
from counterfoil.web.office.item_filters import PATH as ITEMS_PATH
from counterfoil.web.told import Told
from counterfoil.web.visiting import still_allowed
from counterfoil.web.visits import Visit, visit_of

PATH = "/office/items/imports/file"
IMPORTS = needs(Verb.IMPORT)
#: The largest file that a page takes; the command takes larger ones.
FILE_BYTES_MAX = 16 * 1024 * 1024
#: Rows set aside that are shown.
ASIDE_SHOWN_MAX = 50
_TRIED_LENGTH_MAX = 100

NOUN_TITLES: Mapping[Noun, Text] = MappingProxyType(
    {
        Noun.ITEMS: Text(en="items", zh="商品"),
        Noun.PRICES: Text(en="prices of price lists", zh="价目表价格"),
        Noun.BARCODES: Text(en="barcodes", zh="条码"),
        Noun.TAXES: Text(en="taxes", zh="税率"),
        Noun.STOCK: Text(en="stock", zh="库存"),
    }
)


class FileRefusal(StrEnum):
    """Why a file is not even tried."""

    NO_FILE = "no_file"
    UNREADABLE = "unreadable"
    ANOTHER_FILE = "another_file"

    def is_transient(self) -> bool:
        """Whether the same file may be taken later, unchanged: never."""
        return False


_WORDS: Mapping[FileRefusal, Text] = MappingProxyType(
    {
        FileRefusal.NO_FILE: Text(
            en="No file came along. Nothing was changed: choose a CSV or Excel file.",
            zh="没有收到文件。未作任何更改：请选择 CSV 或 Excel 文件。",
        ),
        FileRefusal.UNREADABLE: Text(en="{why}. Nothing was changed.", zh="{why}。未作任何更改。"),
        FileRefusal.ANOTHER_FILE: Text(
            en="This is not the file that was tried, or not as what it was tried. Nothing was changed: try it first.",
            zh="这不是刚才试运行的文件，或所选内容已变。未作任何更改：请先试运行。",
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a file came to, or why it was not read."""

    noun: Noun = Noun.ITEMS
    taken: Taken | None = None
    #: What was tried, as the button that takes it says it again.
    tried: str = ""
    refused: Refused | None = None


class ImportsController(Controller):
    """Files of who and what."""

    path = PATH
    include_in_schema = False

    @get("/", opt=IMPORTS)
    async def form(self, request: Request[Any, Any, Any]) -> Response[str]:
        """Ask for a file."""
        faces, visit = faces_of(request), visit_of(request)
        return await faces.asked(_page, faces, visit, Shown())

    @post("/", opt=IMPORTS, status_code=HTTP_200_OK, request_max_body_size=FILE_BYTES_MAX)
    async def take(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Try a file, or take the one that was tried."""
        faces, fields = faces_of(request), await form_sent(request)
        visit = await still_allowed(request)
        return await faces.asked(_take, faces, visit, Filled(fields), await sent_in(fields))


def _page(faces: Faces, visit: Visit, shown: Shown) -> Response[str]:
    return faces.page(
        visit,
        "office/imports.html",
        status=HTTP_409_CONFLICT if shown.refused is not None else HTTP_200_OK,
        shown=shown,
        noun_choices=[(noun, NOUN_TITLES[noun].to(visit.language)) for noun in NOUNS],
        noun_titles=NOUN_TITLES,
        flaw_words=FLAW_WORDS,
        columns=[(noun, COLUMNS[noun]) for noun in NOUNS],
        title_of=title_of,
        aside_shown_max=ASIDE_SHOWN_MAX,
    )


def _take(faces: Faces, visit: Visit, form: Filled, sent: Sent) -> Response[Any]:
    noun, tried = form.word("noun", Noun), form.text("tried", longest=_TRIED_LENGTH_MAX, default="")
    read = _read(sent)
    if isinstance(read, Refused):
        return _page(faces, visit, Shown(noun=noun, refused=read))
    this = f"{noun}:{read.digest.hex()}"
    if tried and tried != this:
        return _page(faces, visit, Shown(noun=noun, refused=_no(FileRefusal.ANOTHER_FILE)))
    who = visit.known
    try:
        with faces.database.transaction(who.merchant_id) as connection:
            taken = take_file(
                connection, who.merchant_id, noun, read, dry_run=not tried, actor_id=who.staff_id, now=visit.now
            )
    except BadInput as error:
        return _page(faces, visit, Shown(noun=noun, refused=_unreadable(sent, error)))
    if isinstance(taken, Refused):
        return _page(faces, visit, Shown(noun=noun, refused=taken))
    if taken.kept:
        return _done(faces, visit)
    return _page(faces, visit, Shown(noun=noun, taken=taken, tried=this))


def _done(faces: Faces, visit: Visit) -> Response[Any]:
    """Lead to the items; a script, which would show a part of them in the form's place, is told to go there."""
    cookies = [faces.cookies.tell(Told.FILE_TAKEN)]
    if visit.is_scripted:
        return Response("", headers={"HX-Redirect": ITEMS_PATH}, cookies=cookies)
    return Redirect(ITEMS_PATH, status_code=HTTP_303_SEE_OTHER, cookies=cookies)


def _read(sent: Sent) -> RawFile | Refused:
    """Read what came along, under the name that it has for whoever sent it."""
    if not sent.content:
        return _no(FileRefusal.NO_FILE)
    with sent.kept() as path:
        try:
            return replace(read_file(path), name=sent.name)
        except BadInput as error:
            return _unreadable(sent, error)


def _unreadable(sent: Sent, error: BadInput) -> Refused:
    return Refused(code=FileRefusal.UNREADABLE, text=_WORDS[FileRefusal.UNREADABLE].filled(why=sent.why(error)))


def _no(code: FileRefusal) -> Refused:
    return Refused(code=code, text=_WORDS[code])
