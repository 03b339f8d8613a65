"""How an adapter says the things that every channel's adapter says. The words are the port's, never a channel's."""

from __future__ import annotations

from counterfoil.books.payments.ports import Answer, Decline, Outcome
from counterfoil.links.acquirers.wire import Silence


def unheard(silence: Silence) -> Answer:
    """Return what silence after a message of its own means for a payment."""
    return Answer(outcome=Outcome.UNKNOWN if silence.sent else Outcome.NOT_SENT, note=silence.note)


def unknown(note: str, *, code: str | None = None) -> Answer:
    """Return that nothing is known: no answer, or one that cannot be believed."""
    return Answer(outcome=Outcome.UNKNOWN, response_code=code, note=note)


def not_found(note: str, *, code: str | None = None) -> Answer:
    """Return that the channel does not know of it now."""
    return Answer(outcome=Outcome.NOT_FOUND, response_code=code, note=note)


def pending(note: str, *, code: str | None = None, reference: str | None = None) -> Answer:
    """Return that the channel knows of it and has not decided."""
    return Answer(outcome=Outcome.PENDING, response_code=code, note=note, acquirer_reference=reference)


def declined(decline: Decline, note: str, *, code: str | None = None, reference: str | None = None) -> Answer:
    """Return a no, with the channel's own code beside our word for it."""
    return Answer(
        outcome=Outcome.DECLINED, decline=decline, response_code=code, note=note, acquirer_reference=reference
    )


def approved(note: str, *, amount_minor: int, code: str | None = None, reference: str | None = None) -> Answer:
    """Return a yes over an amount that was compared with the request's."""
    return Answer(
        outcome=Outcome.APPROVED,
        response_code=code,
        note=note,
        amount_minor=amount_minor,
        acquirer_reference=reference,
    )


def shown(text: str, *, bytes_max: int, refused: str = "") -> str:
    """Return what a customer may be shown of a text: no control characters, no refused signs, and not too long.

    The length is in bytes of UTF-8; no half a character stands at its end.
    """
    plain = "".join(sign if sign.isprintable() and sign not in refused else " " for sign in text)
    return " ".join(plain.split()).encode()[:bytes_max].decode(errors="ignore").strip()
