"""Sales that went wrong at the counter: nothing printed, paid twice, voided in vain. In each, one book disagrees."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from counterfoil.bench.sample.story import Story


def _no_slip(story: Story) -> None:
    story.sale()
    story.till("printer", "paper_out", later=-600)


def _slip_failed(story: Story) -> None:
    order, _ = story.sale()
    story.till("printer", "jam", later=43)
    story.slip(order, state="failed", fault="jam")


def _slip_differs(story: Story) -> None:
    order, _ = story.sale()
    story.subject = f"slip:{story.slip(order, amount_minor=story.total - 500)}"


def _charged_no_order(story: Story) -> None:
    story.total = 15900
    story.till("network", "offline", later=-240)
    record = story.record(story.id("P"))
    story.notice(story.id("P"))
    story.till("network", "online", later=1900)
    story.subject = f"acquirer_record:{record}"


def _payment_unknown(story: Story) -> None:
    order = story.order(state="open", closed_at=None)
    story.till("network", "slow", later=12)
    payment = story.pay(order, state="unknown", decided_at=None)
    story.notice(payment)
    story.subject = f"payment:{payment}"


def _paid_not_charged(story: Story) -> None:
    order = story.order()
    payment = story.pay(order)
    story.slip(order)
    story.subject = f"payment:{payment}"


def _charged_differs(story: Story) -> None:
    order = story.order()
    payment = story.pay(order)
    story.record(payment, amount_minor=story.total + 1000)
    story.slip(order)
    story.subject = f"payment:{payment}"


def _notified(story: Story) -> None:
    order = story.order(state="cancelled")
    payment = story.pay(order, state="declined", response_code="51")
    story.notice(payment, origin="bank", channel="sms")
    story.subject = f"payment:{payment}"


def _twin(story: Story) -> None:
    first, _ = story.sale()
    story.slip(first)
    second = story.order("-2", later=187, terminal_id=story.terminal[:-1] + "9")
    payment = story.pay(second, "-2", later=204)
    story.record(payment, "-2", later=206)
    story.slip(second, "-2", later=231)
    story.subject, story.other = f"order:{second}", f"order:{first}"


def _twin_open(story: Story) -> None:
    first, _ = story.sale()
    story.slip(first)
    second = story.order("-2", later=64, state="open", closed_at=None)
    story.subject, story.other = f"order:{second}", f"order:{first}"


def _paid_twice(story: Story) -> None:
    order, first = story.sale()
    story.till("network", "slow", later=21)
    second = story.pay(order, "-2", later=75)
    story.record(second, "-2", later=77)
    story.slip(order, later=99)
    story.subject, story.other = f"payment:{second}", f"payment:{first}"


def _voided(story: Story, *, undo_recorded: bool = True, **changes: object) -> None:
    order, payment = story.sale(state="voided", closed_at=story.after(minutes=7))
    story.slip(order)
    change = {"kind": "void", "original_payment_id": payment, "reason": "wrong_tender", **changes}
    undo = story.pay(order, "-V", later=390, **change)
    story.slip(order, "-V", later=402, kind="void")
    if undo_recorded:
        story.record(undo, "-V", later=393, kind="void", original_reference=payment)
    story.subject = f"payment:{payment}"


def _void_not_honoured(story: Story) -> None:
    _voided(story, undo_recorded=False, authoriser_id="staff-02")


def _void_unknown(story: Story) -> None:
    _voided(story, undo_recorded=False, state="unknown", decided_at=None)


def _void(story: Story) -> None:
    _voided(story, authoriser_id=story.operator)


def _phantom_reversal(story: Story) -> None:
    order, payment = story.sale()
    story.slip(order)
    story.record(None, "-V", later=95, kind="reversal", original_reference=payment)
    story.subject = f"payment:{payment}"


def _outlier(story: Story) -> None:
    for place in range(12):
        order = story.id("O", f"-{place}")
        story.total = 4200 + 100 * place
        paid = story.pay(order, f"-{place}", later=3000 * place)
        story.pay(order, f"-V{place}", later=3000 * place + 300, kind="void", original_payment_id=paid)
    story.subject = f"operator:{story.operator}"


#: How each diagnosis of the counter looks in the books.
SALES: Mapping[str, Callable[[Story], None]] = MappingProxyType(
    {
        "replayed_request": _twin,
        "one_order_two_payments": _paid_twice,
        "double_entry": _twin,
        "paid_and_unpaid": _twin_open,
        "double_charge": _twin,
        "void_not_honoured": _void_not_honoured,
        "void_unknown": _void_unknown,
        "phantom_reversal": _phantom_reversal,
        "void_after_settlement": _void,
        "void_without_authoriser": _void,
        "void_without_reason": _void,
        "void_then_cash": _void,
        "operator_outlier": _outlier,
        "terminal_outlier": _outlier,
        "offline_not_synced": _charged_no_order,
        "charged_no_order": _charged_no_order,
        "payment_unknown": _payment_unknown,
        "paid_not_charged": _paid_not_charged,
        "charged_amount_differs": _charged_differs,
        "notified_not_paid": _notified,
        "slip_failed": _slip_failed,
        "paid_no_slip": _no_slip,
        "slip_amount_differs": _slip_differs,
        "serial_returner": _outlier,
    }
)
