"""`/office/bills`: which bills of acquirers were taken, what they said of each day, and handing one in.

Bills are of the whole merchant, whatever store is shown; so they are for those who reconcile at every store.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.exceptions import PermissionDeniedException, ValidationException
from litestar.status_codes import HTTP_200_OK, HTTP_409_CONFLICT

from counterfoil.counter.bills import store
from counterfoil.counter.bills.refusals import TEXTS, BillRefusal, BillRefused
from counterfoil.counter.bills.taking import BillTaken
from counterfoil.error_words import said
from counterfoil.errors import BadInput
from counterfoil.ids import is_id
from counterfoil.languages import Language, Text
from counterfoil.refusals import Refused
from counterfoil.shop.staff.model import EVERY_STORE, Verb
from counterfoil.web.access import needs
from counterfoil.web.faces import Faces, faces_of
from counterfoil.web.filled import Filled
from counterfoil.web.visits import Visit, visit_of

PATH = "/office/bills"
RECONCILES = needs(Verb.RECONCILE)
#: The largest file that a page takes; the command and the API take larger ones.
FILE_BYTES_MAX = 64 * 1024 * 1024
LISTED_MAX = 50
DAYS_SHOWN = timedelta(days=31)
#: Of a file's name; it is shown, and never opened.
_NAME_LENGTH_MAX = 200
_NO_FILE = Text(en="no file came along", zh="没有收到文件")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What came of a bill that was just handed in."""

    taken: BillTaken | None = None
    refused: Refused | None = None


class BillsOfficeController(Controller):
    """The bills."""

    path = PATH
    include_in_schema = False

    @get("/", opt=RECONCILES)
    async def bills(self, request: Request[Any, Any, Any]) -> Response[str]:
        """List bills and days."""
        faces, visit = faces_of(request), visit_of(request)
        return await faces.asked(_page, faces, visit, Shown())

    @post("/", opt=RECONCILES, status_code=HTTP_200_OK, request_max_body_size=FILE_BYTES_MAX)
    async def take(self, request: Request[Any, Any, Any]) -> Response[str]:
        """Take a bill; the same file twice changes nothing."""
        faces, visit = faces_of(request), visit_of(request)
        fields = await request.form()
        form, file = Filled(fields), fields.get("file")
        content = await file.read() if isinstance(file, UploadFile) else b""
        name = file.filename if isinstance(file, UploadFile) else ""
        return await faces.asked(_take, faces, visit, form, name, content)


def _page(faces: Faces, visit: Visit, shown: Shown) -> Response[str]:
    who = visit.known
    if not who.may(Verb.RECONCILE, EVERY_STORE):
        raise PermissionDeniedException
    with faces.reading(visit) as connection:
        bills = store.bills(connection, who.merchant_id, limit=LISTED_MAX)
        days = store.billed_days(connection, zone=who.merchant.time_zone, since=visit.now - DAYS_SHOWN)
    return faces.page(
        visit,
        "office/bills.html",
        status=HTTP_409_CONFLICT if shown.refused is not None else HTTP_200_OK,
        bills=bills,
        days=days,
        shown=shown,
        acquirers=list(faces.house.bills.acquirers(who.merchant_id)),
        days_shown=DAYS_SHOWN.days,
    )


def _take(faces: Faces, visit: Visit, form: Filled, name: str, content: bytes) -> Response[str]:
    who = visit.known
    if not who.may(Verb.RECONCILE, EVERY_STORE):
        raise PermissionDeniedException
    acquirer = form.optional_text("acquirer")
    if acquirer is not None and not is_id(acquirer):
        raise ValidationException(detail="acquirer is no name")
    if not content:
        return _page(faces, visit, Shown(refused=_no_bill(_NO_FILE)))
    shown_name = "".join(letter for letter in name if letter.isprintable())[-_NAME_LENGTH_MAX:] or "bill"
    with tempfile.NamedTemporaryFile(prefix="counterfoil-bill-") as kept:
        kept.write(content)
        kept.flush()
        try:
            taken = faces.house.bills.take(
                who.merchant_id, Path(kept.name), acquirer=acquirer, name=shown_name, actor_id=who.staff_id
            )
        except BillRefused as error:
            return _page(faces, visit, Shown(refused=error.refused))
        except BadInput as error:
            why = Text(en=said(error, Language.EN), zh=said(error, Language.ZH))
            return _page(faces, visit, Shown(refused=_no_bill(why)))
    return _page(faces, visit, Shown(taken=taken))


def _no_bill(why: Text) -> Refused:
    return Refused(code=BillRefusal.NO_BILL, text=TEXTS[BillRefusal.NO_BILL].filled(why=why))
