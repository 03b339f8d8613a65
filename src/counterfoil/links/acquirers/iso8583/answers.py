"""What an answer of the host amounts to: it is believed only where it repeats what was asked. Pure.

Message type, processing code, trace number, terminal, merchant and amount must all be there and be the request's;
currency and payment id must be, where they come. Else the answer is nobody's, and the outcome stays unknown.
"""

from __future__ import annotations

from datetime import date

from counterfoil.books.payments.ports import Answer, Decline, Outcome
from counterfoil.links.acquirers.iso8583.asked import Asked, answers_to, echoed_id, key_of
from counterfoil.links.acquirers.iso8583.codes import DUPLICATE
from counterfoil.links.acquirers.iso8583.packing import Document
from counterfoil.links.acquirers.iso8583.profile import Profile

_MONTHS_APART = 6


def answer_of(asked: Asked, document: Document, profile: Profile) -> Answer:
    """Return what the payments book is told."""
    doubt = disbelief(asked, document, profile)
    if doubt is not None:
        return Answer(outcome=Outcome.UNKNOWN, note=f"the answer cannot be believed: {doubt}")
    code = document.get("39", "").upper()
    outcome, decline, note = _verdict(asked, code, profile)
    return Answer(
        outcome=outcome,
        decline=decline,
        response_code=code if _is_code(code) else None,
        note=note,
        amount_minor=int(document["4"]),
        rrn=_plain(document, "37"),
        approval_code=_plain(document, "38"),
        acquirer_reference=_plain(document, "37"),
        settled_on=_settled_on(asked, document),
        instrument_key=asked.instrument_key,
        instrument_tail=asked.instrument_tail,
    )


def disbelief(asked: Asked, document: Document, profile: Profile) -> str | None:
    """Return why an answer is not the answer to this question, or None."""
    echoed = echoed_id(document, profile.private_element)
    wrong = (
        ("message type", document.get("t") not in answers_to(asked.mti)),
        ("processing code", document.get("3") != asked.processing_code),
        ("trace number, terminal or class", key_of(document) != asked.key),
        ("merchant", document.get("42", "").rstrip() != asked.merchant),
        ("amount", document.get("4") != asked.amount),
        ("currency", document.get("49", asked.currency) != asked.currency),
        ("payment id", echoed is not None and echoed != asked.payment_id),
    )
    names = [name for name, is_wrong in wrong if is_wrong]
    return f"it has another {', another '.join(names)} than was asked" if names else None


def _verdict(asked: Asked, code: str, profile: Profile) -> tuple[Outcome, Decline | None, str]:
    if code in profile.approvals:
        return Outcome.APPROVED, None, "the host approved it"
    if code == DUPLICATE and asked.attempt > 1:
        return Outcome.UNKNOWN, None, "the host calls a repeat a duplicate, which says nothing of the first"
    if code in profile.refusals:
        return Outcome.DECLINED, profile.refusals[code], f"the host refused it with code {code}"
    if code in profile.doubts:
        return Outcome.UNKNOWN, None, f"code {code} does not prove that nothing happened: {profile.doubts[code]}"
    if _is_code(code):
        return Outcome.UNKNOWN, Decline.UNRECOGNISED, f"code {code} is in no table, so it proves nothing"
    return Outcome.UNKNOWN, None, "the answer has no response code"


def _is_code(code: str) -> bool:
    return len(code) == len("00") and code.isascii() and code.isalnum()


def _plain(document: Document, element: str) -> str | None:
    """Return a reference of the host's; None for what no log or page should have to show."""
    value = document.get(element, "").strip()
    return value if value and value.isascii() and value.isprintable() else None


def _settled_on(asked: Asked, document: Document) -> date | None:
    """Return DE 15 with its year: that of the request, or its neighbour where New Year lies between."""
    digits = document.get("15", "")
    if len(digits) != len("MMDD") or not digits.isascii() or not digits.isdigit():
        return None
    month = int(digits[:2])
    apart = month - asked.month
    year = asked.year + (apart < -_MONTHS_APART) - (apart > _MONTHS_APART)
    try:
        return date(year, month, int(digits[2:]))
    except ValueError:
        return None
