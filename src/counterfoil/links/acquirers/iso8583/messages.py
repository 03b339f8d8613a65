"""Requests of the payments book as documents of data elements. Pure: no bytes, no network, no clock.

DE 7 is the moment at which the payment was intended, on every try, so that DE 90 of a later reversal can name it from
our own book alone. Unwritable says which part of a request this host cannot be told, and never its value.
"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from counterfoil.books.payments.model import Kind
from counterfoil.books.payments.ports import Entry, Original, Presented, Request
from counterfoil.currencies import NUMBERS_BY_LETTERS
from counterfoil.ids import TerminalId
from counterfoil.links.acquirers.iso8583.asked import Asked, key_of
from counterfoil.links.acquirers.iso8583.packing import Document, Unwritable
from counterfoil.links.acquirers.iso8583.profile import MERCHANT_CHARACTERS, TERMINAL_CHARACTERS, Account, Profile

#: DE 4 has twelve digits.
AMOUNT_MINOR_MAX = 999_999_999_999
_STAN_DIGITS = 6
_RRN_CHARACTERS, _APPROVAL_CHARACTERS = 12, 6
_PAN_DIGITS_MIN, _PAN_DIGITS_MAX = 12, 19
_SUBJECT_BYTES = 40
_CARDS = frozenset({Entry.CHIP, Entry.CONTACTLESS, Entry.SWIPED, Entry.KEYED})


def document_for(request: Request, account: Account, profile: Profile) -> Document:
    """Return the message that a request becomes; Unwritable where it cannot."""
    document = {
        "t": _message_type(request),
        "3": processing_code(request, profile),
        "4": amount_digits(request.amount_minor),
        **_when(request.occurred_at, profile),
        "11": _stan_of(request),
        "25": profile.reversal_reason if request.kind is Kind.REVERSAL else profile.condition,
        "41": terminal_number(request.terminal_id, account),
        "42": merchant_number(account),
        str(profile.private_element): _private(request),
        "49": currency_digits(request.currency),
    }
    if request.presented is not None:
        document.update(_card(request.presented, profile))
    if request.original is not None:
        document.update(_pointing_at(request.original))
    if profile.sends_subject and request.kind is Kind.SALE:
        document.update(_subject(request.subject, profile.text_encoding))
    return document


def asked_of(document: Document, request: Request, instrument_key: str | None = None) -> Asked:
    """Return what is kept of a message to know its answer by."""
    moment = request.occurred_at.astimezone(UTC)
    return Asked(
        key=key_of(document),
        mti=document["t"],
        processing_code=document["3"],
        merchant=document["42"].rstrip(),
        amount=document["4"],
        currency=document["49"],
        payment_id=request.payment_id,
        kind=request.kind,
        attempt=request.attempt,
        year=moment.year,
        month=moment.month,
        instrument_key=instrument_key,
        instrument_tail=request.presented.tail if request.presented is not None else None,
    )


def processing_code(request: Request, profile: Profile) -> str:
    """Return DE 3: a reversal has that of the message which it takes back."""
    if request.kind is not Kind.REVERSAL:
        return profile.processing_codes[request.kind]
    if request.original is None or request.original.kind is Kind.REVERSAL:
        raise Unwritable("a reversal needs the sale, void or refund that it takes back")
    return profile.processing_codes[request.original.kind]


def amount_digits(amount_minor: int) -> str:
    """Return DE 4."""
    if not 0 < amount_minor <= AMOUNT_MINOR_MAX:
        raise Unwritable("the amount does not fit into twelve digits above nothing")
    return f"{amount_minor:012d}"


def currency_digits(currency: str) -> str:
    """Return DE 49."""
    if currency not in NUMBERS_BY_LETTERS:
        raise Unwritable("the currency has no number in ISO 4217")
    return NUMBERS_BY_LETTERS[currency]


def terminal_number(terminal_id: TerminalId | None, account: Account) -> str:
    """Return DE 41."""
    if terminal_id is None:
        raise Unwritable("a card host must be told which terminal it is")
    return _padded(account.terminal_numbers.get(terminal_id, terminal_id), TERMINAL_CHARACTERS, "the terminal's number")


def merchant_number(account: Account) -> str:
    """Return DE 42."""
    return _padded(account.merchant_number, MERCHANT_CHARACTERS, "the merchant's number")


def original_elements(original: Original) -> str:
    """Return DE 90: type, trace number and time of the original, and no institutions."""
    if original.stan is None:
        raise Unwritable("the original has no trace number")
    mti = "0400" if original.kind is Kind.REVERSAL else "0200"
    return f"{mti}{original.stan:>06}{_sent(original.occurred_at)}".ljust(42, "0")


def _message_type(request: Request) -> str:
    match request.kind:
        case Kind.SALE | Kind.VOID | Kind.REFUND:
            return "0200"
        case Kind.REVERSAL:
            return "0401" if request.attempt > 1 else "0400"


def _when(moment: datetime, profile: Profile) -> Document:
    local = moment.astimezone(ZoneInfo(profile.zone))
    return {"7": _sent(moment), "12": local.strftime("%H%M%S"), "13": local.strftime("%m%d")}


def _sent(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%m%d%H%M%S")


def _stan_of(request: Request) -> str:
    stan = request.stan
    if stan is None and request.kind is Kind.REVERSAL and request.original is not None:
        stan = request.original.stan
    if stan is None or not stan.isascii() or not stan.isdigit() or len(stan) > _STAN_DIGITS:
        raise Unwritable("the message has no trace number of six digits")
    return stan.zfill(_STAN_DIGITS)


def _private(request: Request) -> str:
    ours = [request.payment_id] + ([request.original.payment_id] if request.original is not None else [])
    if any(not payment_id.isascii() or "/" in payment_id for payment_id in ours):
        raise Unwritable("the payment's id has characters that this host does not know")
    return "/".join(ours)


def _card(presented: Presented, profile: Profile) -> Document:
    number = presented.number
    document = {"22": profile.entries[presented.entry] + ("1" if presented.pin_block else "2")}
    if presented.entry not in _CARDS:
        return {**document, str(profile.code_element): number}
    if not (number.isascii() and number.isdigit() and _PAN_DIGITS_MIN <= len(number) <= _PAN_DIGITS_MAX):
        raise Unwritable("the card's number is not one of 12 to 19 digits")
    rest = {"14": presented.expiry, "52": presented.pin_block, "55": presented.chip}
    return {**document, "2": number, **{element: value for element, value in rest.items() if value is not None}}


def _pointing_at(original: Original) -> Document:
    document = {"90": original_elements(original)}
    if original.rrn is not None and len(original.rrn) <= _RRN_CHARACTERS:
        document["37"] = original.rrn.ljust(_RRN_CHARACTERS)
    if original.approval_code is not None and len(original.approval_code) <= _APPROVAL_CHARACTERS:
        document["38"] = original.approval_code.ljust(_APPROVAL_CHARACTERS)
    return document


def _subject(subject: str, encoding: str) -> Document:
    """Return DE 43 in 40 bytes; characters that the host does not know are left out, and an empty rest is not sent."""
    known = subject.encode(encoding, "ignore")[:_SUBJECT_BYTES].decode(encoding, "ignore")
    known = "".join(character for character in known if character.isprintable())
    if not known.strip():
        return {}
    return {"43": known + " " * (_SUBJECT_BYTES - len(known.encode(encoding)))}


def _padded(value: str, characters: int, what: str) -> str:
    if not value or not value.isascii() or len(value) > characters:
        raise Unwritable(f"{what} is not one of 1 to {characters} characters")
    return value.ljust(characters)
