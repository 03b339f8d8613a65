"""`/office/bills`: which bills of acquirers were taken, what they said of each day, and handing one in.

Bills are of the whole merchant, whatever store is shown; so they are for those who reconcile at every store.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.exceptions import PermissionDeniedException, ValidationException
from litestar.status_codes import HTTP_200_OK, HTTP_409_CONFLICT

from counterfoil.audit.intake.recognition import format_title
from counterfoil.counter.bills import store
from counterfoil.counter.bills.refusals import TEXTS, BillRefusal, BillRefused
from counterfoil.counter.bills.taking import BillTaken
from counterfoil.errors import BadInput
from counterfoil.ids import is_id
from counterfoil.languages import Text
from counterfoil.refusals import Refused
from counterfoil.shop.staff.model import EVERY_STORE, Verb
from counterfoil.web.access import needs
from counterfoil.web.faces import Faces, faces_of
from counterfoil.web.filled import Filled
from counterfoil.web.forms import form_sent
from counterfoil.web.office.files import Sent, sent_in
from counterfoil.web.visiting import still_allowed
from counterfoil.web.visits import Visit, visit_of

PATH = "/office/bills"
RECONCILES = needs(Verb.RECONCILE)
#: The largest file that a page takes; the command and the API take larger ones.
FILE_BYTES_MAX = 64 * 1024 * 1024
LISTED_MAX = 50
DAYS_SHOWN = timedelta(days=31)
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
        faces, fields = faces_of(request), await form_sent(request)
        visit = await still_allowed(request)
        return await faces.asked(_take, faces, visit, Filled(fields), await sent_in(fields))


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
        format_title=format_title,
        days=days,
        shown=shown,
        acquirers=list(faces.house.bills.acquirers(who.merchant_id)),
        days_shown=DAYS_SHOWN.days,
    )


def _take(faces: Faces, visit: Visit, form: Filled, sent: Sent) -> Response[str]:
    who = visit.known
    if not who.may(Verb.RECONCILE, EVERY_STORE):
        raise PermissionDeniedException
    acquirer = form.optional_text("acquirer")
    if acquirer is not None and not is_id(acquirer):
        raise ValidationException(detail="acquirer is no name")
    if not sent.content:
        return _page(faces, visit, Shown(refused=_no_bill(_NO_FILE)))
    with sent.kept() as path:
        try:
            taken = faces.house.bills.take(
                who.merchant_id, path, acquirer=acquirer, name=sent.name, actor_id=who.staff_id
            )
        except BillRefused as error:
            return _page(faces, visit, Shown(refused=error.refused))
        except BadInput as error:
            return _page(faces, visit, Shown(refused=_no_bill(sent.why(error))))
    return _page(faces, visit, Shown(taken=taken))


def _no_bill(why: Text) -> Refused:
    return Refused(code=BillRefusal.NO_BILL, text=TEXTS[BillRefusal.NO_BILL].filled(why=why))
