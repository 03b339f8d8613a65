"""`/api/v1/bills`: bills and settlement files of acquirers, handed in."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Annotated, Any

from litestar import Controller, Request, get, post
from litestar.exceptions import ClientException
from litestar.params import QueryParameter
from litestar.status_codes import (
    HTTP_200_OK,
    HTTP_413_REQUEST_ENTITY_TOO_LARGE,
    HTTP_422_UNPROCESSABLE_ENTITY,
)

from counterfoil.api.access import ask_for_token, needs
from counterfoil.api.callers import insist_on_whole_shop
from counterfoil.api.description import examples
from counterfoil.api.description.examples import answered
from counterfoil.api.problems import PROBLEMS, Refuse
from counterfoil.counter.bills import store
from counterfoil.counter.bills.refusals import TEXTS, BillRefusal, BillRefused
from counterfoil.counter.bills.taking import BillTaken
from counterfoil.counter.house import House
from counterfoil.error_words import said
from counterfoil.errors import BadInput
from counterfoil.ids import is_id
from counterfoil.languages import Language, Text
from counterfoil.refusals import Refused
from counterfoil.shop.staff.model import Verb
from counterfoil.shop.tokens.model import Scope, Token

#: The largest file that is taken.
FILE_BYTES_MAX = 200 * 1024 * 1024
#: Of a file's name; it is shown, and never opened.
NAME_LENGTH_MAX = 200
#: Bills in one list.
LISTED_MAX = 200


class BillsController(Controller):
    """Bills of acquirers."""

    path = "/api/v1/bills"
    tags = ("bills",)

    @post(
        "/",
        opt=needs(Scope.BILLS),
        responses={**PROBLEMS, HTTP_200_OK: answered(BillTaken, "what came of it", examples.BILL_TAKEN)},
        status_code=HTTP_200_OK,
        request_max_body_size=FILE_BYTES_MAX,
        summary="Hand in a bill",
        description="The file is the body of the request; its format is known by its content. Answers its control "
        "totals, how many rows are new, known and corrected, and which were set aside, with line and reason. The same "
        "file twice changes nothing, whatever it is called: `was_known` is true then, and `file`, `acquirer` and "
        "`taken_at` say as what and when it was taken in. A bill is of the whole shop: so is the token.",
    )
    async def take(
        self,
        request: Request[Any, Token, Any],
        name: Annotated[str, QueryParameter(description="The file's name, as it is shown.")] = "bill",
        acquirer: Annotated[
            str | None, QueryParameter(description="Whose it is, as the settings name it; else as its format says.")
        ] = None,
    ) -> BillTaken:
        """Take one bill; its bytes go to a file as they come."""
        house: House = request.app.state.house
        token = request.auth
        await house.knowledge.asked(_insist, house, token)
        shown = "".join(letter for letter in name if letter.isprintable())[:NAME_LENGTH_MAX]
        if acquirer is not None and not is_id(acquirer):
            raise ClientException(detail="acquirer is no name", status_code=HTTP_422_UNPROCESSABLE_ENTITY)
        with tempfile.NamedTemporaryFile(prefix="counterfoil-bill-") as file:
            written = 0
            async for block in request.stream():
                written += len(block)
                if written > FILE_BYTES_MAX:
                    raise ClientException(status_code=HTTP_413_REQUEST_ENTITY_TOO_LARGE)
                await asyncio.to_thread(file.write, block)
            file.flush()
            # It took as long as its sender liked: a token that was taken back meanwhile is none any more.
            await ask_for_token(request, request.route_handler)
            await house.knowledge.asked(_insist, house, request.auth)
            try:
                return await asyncio.to_thread(
                    house.bills.take,
                    token.merchant_id,
                    Path(file.name),
                    acquirer=acquirer,
                    name=shown,
                )
            except BillRefused as error:
                raise Refuse(error.refused) from error
            except BadInput as error:
                no = BillRefusal.NO_BILL
                why = Text(en=said(error, Language.EN), zh=said(error, Language.ZH))
                refused = Refused(code=no, text=TEXTS[no].filled(why=why))
                raise Refuse(refused, HTTP_422_UNPROCESSABLE_ENTITY) from error

    @get(
        "/",
        opt=needs(Scope.READ),
        responses=PROBLEMS,
        summary="List the bills that were taken in",
        description="The latest first.",
    )
    async def listed(self, request: Request[Any, Token, Any]) -> list[dict[str, Any]]:
        """List them."""
        house: House = request.app.state.house
        token = request.auth
        await house.knowledge.asked(_insist, house, token)
        return await asyncio.to_thread(_listed, house, token)


def _insist(house: House, token: Token) -> None:
    """Insist on a token of the whole shop: a bill is an acquirer's, and of no store."""
    insist_on_whole_shop(token, house.knowledge.view(token.merchant_id), Verb.RECONCILE)


def _listed(house: House, token: Token) -> list[dict[str, Any]]:
    hidden = {"merchant_id"}
    with house.database.transaction(token.merchant_id) as connection:
        found = store.bills(connection, token.merchant_id, limit=LISTED_MAX)
        return [{name: value for name, value in row.items() if name not in hidden} for row in found]
