"""How the simulated host rules on a message: its own book, its own law. It knows no network and no clock.

A payment id is ruled on once for each merchant; a repeat gets the first ruling again. A reversal of something that was
never seen is approved, as real hosts do, and remembered: the original that comes after it is refused.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from counterfoil.storm.acquirer.fates import Faults, Whim
from counterfoil.storm.acquirer.movements import Balance, Kind, Movement, Standing
from counterfoil.storm.acquirer.store import Book
from counterfoil.storm.acquirer.wire import Message

APPROVED = "00"
#: Refusals of this host's own, beside those of ISO 8583:1987.
ALREADY_SETTLED, ALREADY_UNDONE = "NS", "NU"
INVALID_AMOUNT, NO_SUCH_ORIGINAL, FORMAT_ERROR, NOT_KNOWN = "13", "25", "30", "12"
REFUND_TOO_LARGE, DUPLICATE, NOT_BALANCED, MALFUNCTION = "64", "94", "95", "96"

_KINDS = {"00": Kind.SALE, "02": Kind.VOID, "20": Kind.REFUND}
_UPLOADED = "96"
_NEEDED = {"2": (3, 4, 7, 11, 41, 42, 48, 49), "4": (3, 4, 7, 11, 41, 42, 48, 49, 90), "3": (4, 41, 42, 48)}
_TOTALS = (74, 75, 76, 77, 86, 87, 88, 89)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What a message is answered with."""

    code: str
    rrn: str = ""
    approval_code: str | None = None
    #: DE 66.
    settlement_code: str | None = None


def names_of(message: Message) -> tuple[str, str | None]:
    """Return the payment id that a message carries, and the id of its original."""
    ours, _, original = message.get(48).partition("/")
    if not ours:
        return f"{message.get(41)}:{message.get(7)[:4]}", None
    return ours, original or None


class Host:
    """The host's law over its book; call it inside `Book.committed`."""

    def __init__(self, book: Book, faults: Faults) -> None:
        self._book = book
        self.faults = faults

    def rule(self, message: Message, *, now: datetime, decline: str | None = None) -> Ruling:
        """Rule on a message that has arrived; `decline` is a refusal that was ordered."""
        needed = _NEEDED.get(message.mti[1], ())
        if any(not message.get(number) for number in needed) or not _digits(message, 4, 74, 76, 86, 88):
            return Ruling(code=FORMAT_ERROR)
        match message.mti[1]:
            case "2" if message.get(3)[:2] in _KINDS:
                return self._once(message, _KINDS[message.get(3)[:2]], now, decline)
            case "4":
                return self._once(message, Kind.REVERSAL, now, decline)
            case "3":
                payment_id, _ = names_of(message)
                self._book.upload(message.get(42), message.get(41), payment_id, int(message.get(4)))
                return Ruling(code=APPROVED)
            case "5":
                return self._settle(message, now)
            case _:
                return Ruling(code=NOT_KNOWN)

    def _once(self, message: Message, kind: Kind, now: datetime, decline: str | None) -> Ruling:
        payment_id, original_id = names_of(message)
        known = self._book.movement(message.get(42), payment_id)
        asked = (kind, int(message.get(4)), message.get(49), message.get(41), original_id)
        if known is not None:
            if (known.kind, known.amount_minor, known.currency, known.terminal, known.original_id) != asked:
                return Ruling(code=DUPLICATE)
            return Ruling(code=known.code, rrn=known.rrn, approval_code=known.approval_code)
        number = self._book.next_number()
        movement = Movement(
            merchant=message.get(42),
            payment_id=payment_id,
            kind=kind,
            terminal=message.get(41),
            stan=message.get(11),
            sent=message.get(7),
            processing_code=message.get(3),
            amount_minor=int(message.get(4)),
            currency=message.get(49),
            original_id=original_id,
            received_at=now.isoformat(),
            day=now.date().isoformat(),
            code=APPROVED,
            rrn=f"{number:012d}",
            approval_code=None if kind is Kind.REVERSAL else f"{number % 1_000_000:06d}",
            standing=Standing.STANDS,
        )
        if movement.amount_minor == 0:
            return Ruling(code=INVALID_AMOUNT)
        code, standing = self._verdict(movement, message, decline)
        approval_code = movement.approval_code if code == APPROVED else None
        self._book.add(replace(movement, code=code, standing=standing, approval_code=approval_code))
        return Ruling(code=code, rrn=movement.rrn, approval_code=approval_code)

    def _verdict(self, movement: Movement, message: Message, decline: str | None) -> tuple[str, Standing]:
        if movement.kind is Kind.REVERSAL:
            return self._reverse(movement, message, decline)
        if self._book.was_reversed_unseen(movement.merchant, movement.payment_id) and not (
            movement.kind is Kind.SALE and self.faults.happens(Whim.LATE_APPROVAL, movement.payment_id)
        ):
            return ALREADY_UNDONE, Standing.REFUSED
        drawn = decline or self.faults.decline_code(movement.payment_id, "2")
        match movement.kind:
            case Kind.SALE:
                code = drawn or self._sell(movement)
            case Kind.VOID:
                code = drawn or self._void(movement, message)
            case _:
                code = drawn or self._refund(movement, message)
        return code, Standing.STANDS if code == APPROVED else Standing.REFUSED

    def _sell(self, sale: Movement) -> str:
        self._post(sale, sale.payment_id, sale.payment_id, sale.amount_minor, sale)
        return APPROVED

    def _void(self, void: Movement, message: Message) -> str:
        sale = self._original(void, message)
        if sale is None or sale.kind is not Kind.SALE:
            return NO_SUCH_ORIGINAL
        if sale.amount_minor != void.amount_minor or sale.currency != void.currency:
            return INVALID_AMOUNT
        if sale.standing is not Standing.STANDS or self._book.refunded_minor(sale.merchant, sale.payment_id):
            return ALREADY_UNDONE
        if sale.settlement is not None or sale.day != void.day:
            return ALREADY_SETTLED
        self._book.stand(sale, Standing.UNDONE, void.payment_id)
        self._post(sale, sale.payment_id, void.payment_id, -sale.amount_minor, void)
        return APPROVED

    def _refund(self, refund: Movement, message: Message) -> str:
        sale = self._original(refund, message)
        if sale is None or sale.kind is not Kind.SALE:
            return NO_SUCH_ORIGINAL
        if sale.standing is not Standing.STANDS:
            return ALREADY_UNDONE
        left = sale.amount_minor - self._book.refunded_minor(sale.merchant, sale.payment_id)
        if refund.amount_minor > left or sale.currency != refund.currency:
            return REFUND_TOO_LARGE
        self._post(refund, sale.payment_id, refund.payment_id, -refund.amount_minor, refund)
        return APPROVED

    def _reverse(self, reversal: Movement, message: Message, decline: str | None) -> tuple[str, Standing]:
        if decline is not None:
            return decline, Standing.REFUSED
        if reversal.original_id is None:
            return FORMAT_ERROR, Standing.REFUSED
        if self._book.movement(reversal.merchant, reversal.original_id) is None:
            self._book.remember_reversal(reversal.merchant, reversal.original_id, reversal.payment_id)
            return APPROVED, Standing.EMPTY
        original = self._original(reversal, message)
        if original is None or original.kind is Kind.REVERSAL:
            return NO_SUCH_ORIGINAL, Standing.REFUSED
        if original.amount_minor != reversal.amount_minor or original.currency != reversal.currency:
            return INVALID_AMOUNT, Standing.REFUSED
        if original.standing is not Standing.STANDS:
            return APPROVED, Standing.EMPTY
        return self._take_back(reversal, original)

    def _take_back(self, reversal: Movement, original: Movement) -> tuple[str, Standing]:
        match original.kind:
            case Kind.SALE:
                if self._book.refunded_minor(original.merchant, original.payment_id):
                    return ALREADY_UNDONE, Standing.REFUSED
                self._post(original, original.payment_id, reversal.payment_id, -original.amount_minor, reversal)
            case Kind.REFUND:
                sale_id = original.original_id or original.payment_id
                self._post(original, sale_id, reversal.payment_id, original.amount_minor, reversal)
            case _:
                sale = self._book.movement(original.merchant, original.original_id or "")
                assert sale is not None
                self._book.stand(sale, Standing.STANDS, None)
                self._post(sale, sale.payment_id, reversal.payment_id, sale.amount_minor, reversal)
        self._book.stand(original, Standing.UNDONE, reversal.payment_id)
        return APPROVED, Standing.STANDS

    def _original(self, movement: Movement, message: Message) -> Movement | None:
        """Return what a message points at: by our id, if DE 90 and the terminal of a reversal say the same."""
        found = self._book.movement(movement.merchant, movement.original_id or "")
        if found is None:
            return None
        named = message.get(90)
        mti = "0400" if found.kind is Kind.REVERSAL else "0200"
        if movement.kind is Kind.REVERSAL and found.terminal != movement.terminal:
            return None
        return found if named[:20] == f"{mti}{found.stan}{found.sent}" else None

    def _post(self, movement: Movement, sale_id: str, by_id: str, amount_minor: int, cause: Movement) -> None:
        self._book.post(movement, sale_id=sale_id, by_id=by_id, amount_minor=amount_minor, at=cause.received_at)

    def _settle(self, message: Message, now: datetime) -> Ruling:
        merchant, terminal = message.get(42), message.get(41)
        if not merchant or not terminal or any(not message.get(number).isdecimal() for number in _TOTALS):
            return Ruling(code=FORMAT_ERROR)
        stated, found = _stated(message), self._book.balance(merchant, terminal)
        said = json.dumps(asdict(stated))
        is_upload = message.get(3)[:2] == _UPLOADED
        # A settlement whose answer was lost is asked again when its batch is closed already.
        is_repeat = found == Balance(sales_n=0, sales_minor=0, refunds_n=0, refunds_minor=0) and (
            self._book.last_closed(merchant, terminal) == said
        )
        day = now.date().isoformat()
        lies = self.faults.happens(Whim.UNEQUAL_TOTALS, merchant, terminal, day)
        is_equal = (stated == found or is_repeat) and not lies
        outcome = "uploaded" if is_upload else "equal" if is_equal else "unequal"
        self._book.settle(
            merchant,
            terminal,
            day=day,
            outcome=outcome,
            stated=said,
            found=json.dumps(asdict(found)),
            at=now.isoformat(),
        )
        if outcome == "unequal":
            return Ruling(code=NOT_BALANCED, settlement_code="2")
        return Ruling(code=APPROVED, settlement_code="1")


def _stated(message: Message) -> Balance:
    return Balance(
        sales_n=int(message.get(76)) - int(message.get(77)),
        sales_minor=int(message.get(88)) - int(message.get(89)),
        refunds_n=int(message.get(74)) - int(message.get(75)),
        refunds_minor=int(message.get(86)) - int(message.get(87)),
    )


def _digits(message: Message, *numbers: int) -> bool:
    return all(not message.get(number) or message.get(number).isdecimal() for number in numbers)
