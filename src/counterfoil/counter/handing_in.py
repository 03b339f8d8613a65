"""A sale as a till hands it in, over whichever door: with what the customer presented, and with PINs.

What was presented goes to the acquirer and nowhere else; a PIN is checked and nothing else. Neither is ever shown.
"""

from __future__ import annotations

import msgspec

from counterfoil.books.orders.model import Sale
from counterfoil.books.payments.ports import Entry, Presented
from counterfoil.counter.answers import SaleAnswer
from counterfoil.counter.selling import Offered
from counterfoil.ids import PaymentId, StaffId
from counterfoil.languages import Text
from counterfoil.refusals import Refused
from counterfoil.shop.staff.pins import Pin

_DIFFERS = Text(
    en="Order {order_id} was recorded before with another {field}. Nothing was changed: look at it, and make new ids "
    "for a new sale.",
    zh="订单 {order_id} 已有记录，但 {field} 不同。未作任何更改：请查看该订单；新的销售请使用新编号。",
)


class PresentedIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What the customer presented for one payment; it goes to the acquirer and is never kept."""

    entry: Entry
    number: str
    expiry: str | None = None
    chip: str | None = None
    pin_block: str | None = None

    def __repr__(self) -> str:
        """Say how it was presented, and no more."""
        return f"PresentedIn(entry={self.entry})"


class SaleIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A sale, and by payment what the customer presented."""

    sale: Sale
    presented: dict[str, PresentedIn] = {}
    #: By person: the PIN of whoever allowed a price or a discount in it. It is checked, and never kept.
    pins: dict[str, str] = {}

    def __repr__(self) -> str:
        """Say which sale, and no more."""
        return f"SaleIn({self.sale.order_id})"


def offered_from(data: SaleIn) -> Offered:
    """Hand a sale in."""
    return Offered(
        sale=data.sale,
        presented={PaymentId(payment_id): presented_from(one) for payment_id, one in data.presented.items()},
        consents={StaffId(staff_id): Pin(digits=pin) for staff_id, pin in data.pins.items()},
    )


def presented_from(one: PresentedIn) -> Presented:
    """Hand on what a customer presented."""
    return Presented(entry=one.entry, number=one.number, expiry=one.expiry, chip=one.chip, pin_block=one.pin_block)


def differs(answer: SaleAnswer, field: str) -> Refused:
    """Say that the ids of a sale were used for another one."""
    return Refused(
        code=answer.recorded,
        text=_DIFFERS,
        facts={"order_id": answer.order_id, "field": field, "state": answer.state, "due_minor": answer.due_minor},
    )
