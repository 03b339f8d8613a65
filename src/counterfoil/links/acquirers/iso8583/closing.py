"""Closing a batch: totals are compared (0500), and where they differ the batch is uploaded (0320) and compared again.

Sales are debits (DE 76 and 88), refunds credits (DE 74 and 86), and what undid a sale is counted as debits reversed
(DE 77 and 89). The host says in DE 66 whether they are equal: 1 is yes, 2 is no.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import takewhile

from counterfoil.books.payments.model import Kind
from counterfoil.books.payments.ports import Request, Settled, Settlement, Totals
from counterfoil.ids import TerminalId
from counterfoil.links.acquirers.iso8583.asked import Asked, answers_to, key_of
from counterfoil.links.acquirers.iso8583.link import Heard, Link
from counterfoil.links.acquirers.iso8583.messages import (
    amount_digits,
    currency_digits,
    merchant_number,
    processing_code,
    terminal_number,
)
from counterfoil.links.acquirers.iso8583.packing import Document
from counterfoil.links.acquirers.iso8583.profile import Account, Profile

#: DE 39: the totals differ.
_NOT_BALANCED = "95"
_EQUAL, _UNEQUAL = "1", "2"


class Closing:
    """The closing of one lane's batch."""

    def __init__(
        self, link: Link, account: Account, profile: Profile, *, terminal_id: TerminalId, now: datetime
    ) -> None:
        self._link, self._account, self._profile, self._now = link, account, profile, now
        self._terminal = terminal_number(terminal_id, account)

    def close(self, totals: Totals, batch: Sequence[Request]) -> Settlement:
        """Compare, upload if need be, and compare again; Unwritable where the host cannot be told."""
        document, note = self._ask(self._totals(totals, self._profile.settlement_code))
        match _balance(document):
            case Settled.EQUAL:
                return _settlement(Settled.EQUAL, document, "the totals are equal")
            case Settled.UNEQUAL:
                pass
            case _:
                return _settlement(Settled.UNKNOWN, document, note or "the host did not say whether totals are equal")
        # What was reversed is in no total, and neither is its reversal.
        counted = [request for request in batch if request.kind is not Kind.REVERSAL]
        # The first that is not taken ends it: a silent host would cost a whole time-out for each of the others.
        uploaded_n = len(list(takewhile(self._upload, counted)))
        if uploaded_n < len(counted):
            lost = f"the totals differ, and only {uploaded_n} of {len(counted)} messages were taken"
            return _settlement(Settled.UNKNOWN, None, lost)
        document, note = self._ask(self._totals(totals, self._profile.uploaded_code))
        if _balance(document) is Settled.EQUAL:
            return _settlement(Settled.UNEQUAL, document, "the totals differ; the batch was uploaded and taken")
        return _settlement(Settled.UNKNOWN, document, note or "the totals differ, and the upload was not accepted")

    def _ask(self, document: Document) -> tuple[Document | None, str]:
        asked = Asked(key=key_of(document), mti=document["t"], year=self._now.year, month=self._now.month)
        heard = self._link.exchange(document, asked)
        if not isinstance(heard, Heard):
            return None, heard.note
        if heard.document.get("t") not in answers_to(asked.mti):
            return None, "the answer cannot be believed: it has another message type"
        if heard.document.get("42", "").rstrip() != self._account.merchant_number:
            return None, "the answer cannot be believed: it names another merchant"
        return heard.document, ""

    def _upload(self, request: Request) -> bool:
        """Upload one message of the batch, without its card; True where the host has taken it."""
        document = {
            **self._common("0320", processing_code(request, self._profile)),
            "4": amount_digits(request.amount_minor),
            "49": currency_digits(request.currency),
            str(self._profile.private_element): request.payment_id,
        }
        if request.stan is not None:
            document["90"] = f"0200{request.stan:>06}{request.occurred_at.astimezone(UTC):%m%d%H%M%S}".ljust(42, "0")
        answer, _ = self._ask(document)
        return answer is not None and answer.get("39") in self._profile.approvals

    def _totals(self, totals: Totals, code: str) -> Document:
        return {
            **self._common("0500", code),
            "49": currency_digits(totals.currency),
            "74": f"{totals.refunds_n:010d}",
            "75": f"{0:010d}",
            "76": f"{totals.sales_n:010d}",
            "77": f"{totals.undone_n:010d}",
            "86": f"{totals.refunds_minor:016d}",
            "87": f"{0:016d}",
            "88": f"{totals.sales_minor:016d}",
            "89": f"{totals.undone_minor:016d}",
        }

    def _common(self, mti: str, code: str) -> Document:
        return {
            "t": mti,
            "3": code,
            "7": self._now.strftime("%m%d%H%M%S"),
            "11": self._link.next_stan(),
            "41": self._terminal,
            "42": merchant_number(self._account),
        }


def _balance(document: Document | None) -> Settled:
    if document is None:
        return Settled.UNKNOWN
    code, said = document.get("39"), document.get("66")
    if code == _NOT_BALANCED or said == _UNEQUAL:
        return Settled.UNEQUAL
    return Settled.EQUAL if code == "00" and said in {None, _EQUAL} else Settled.UNKNOWN


def _settlement(outcome: Settled, document: Document | None, note: str) -> Settlement:
    return Settlement(outcome=outcome, response_code=(document or {}).get("39"), note=note)
