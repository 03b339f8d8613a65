"""Why a case may be closed: the words that the playbooks close with, and what each of them claims. Pure.

Some closures claim that the books are put right, or will be when the acquirer's bill is there: the finding has to be
gone by then, or the closure is contradicted. All others accept the disagreement as it stands: it was harmless, or was
settled outside the books, and only something worse opens the case again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from counterfoil.languages import Text


class Reason(StrEnum):
    """A closure in one word."""

    REFUNDED_ONCE = "refunded_once"
    VOIDED_ONCE = "voided_once"
    CANCELLED_UNPAID = "cancelled_unpaid"
    GENUINE_REPEAT = "genuine_repeat"
    BOOKED_TWICE_CHARGED_ONCE = "booked_twice_charged_once"
    ALREADY_GIVEN_BACK = "already_given_back"
    ORDER_REBUILT = "order_rebuilt"
    REFUNDED = "refunded"
    ANSWERED_APPROVED = "answered_approved"
    ANSWERED_DECLINED = "answered_declined"
    COLLECTED = "collected"
    SLIP_SENT = "slip_sent"
    SLIP_REPRINTED = "slip_reprinted"
    SLIP_CORRECTED = "slip_corrected"
    CUSTOMER_TOLD = "customer_told"
    MATCHED_BY_HAND = "matched_by_hand"
    NOT_OURS = "not_ours"
    TEST_CHARGE = "test_charge"
    ORIGINAL_FOUND = "original_found"
    BLIND_RETURN_APPROVED = "blind_return_approved"
    EXCEPTION_GRANTED = "exception_granted"
    RECOVERED = "recovered"
    REFUND_COMPLETED = "refund_completed"
    BOOKED_TWICE_PAID_ONCE = "booked_twice_paid_once"
    SIGNED_OFF_LATER = "signed_off_later"
    RESTOCKED = "restocked"
    REFUSED = "refused"
    HANDED_TO_OWNER = "handed_to_owner"
    HANDED_TO_PLATFORM = "handed_to_platform"
    CONFIRMED_BY_CUSTOMER = "confirmed_by_customer"
    CONFIRMED_BY_POLICY = "confirmed_by_policy"
    DELIVERED_LATE = "delivered_late"
    RESHIPPED = "reshipped"
    HANDED_OVER_IN_PERSON = "handed_over_in_person"
    SHIPPED_WITH_ANOTHER_ORDER = "shipped_with_another_order"
    ALREADY_REFUNDED = "already_refunded"
    CLAIM_PAID = "claim_paid"
    CLAIM_REFUSED = "claim_refused"
    VOIDED_AND_PROVED = "voided_and_proved"
    SALE_STANDS = "sale_stands"
    COLLECTED_AGAIN = "collected_again"
    REASON_ADDED = "reason_added"
    TENDER_CHANGED = "tender_changed"
    EXPLAINED = "explained"
    TRAINED = "trained"
    TERMINAL_REPAIRED = "terminal_repaired"
    RECORDS_CAUGHT_UP = "records_caught_up"
    WRITTEN_OFF = "written_off"
    HARMLESS = "harmless"
    BOOKS_AGREE = "books_agree"


class Claim(StrEnum):
    """What a closure says about the books."""

    PUT_RIGHT = "put_right"  #: the books agree, or will within the policy's `proof_within`
    ACCEPTED = "accepted"  #: they go on disagreeing, and that is accepted
    SEEN = "seen"  #: the books themselves were seen to agree; no person closes with it


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """One reason, with what it wants."""

    reason: Reason
    label: Text
    #: Exceptions whose playbooks close with it.
    exceptions: frozenset[str]
    claim: Claim
    #: Whether somebody has to write why.
    needs_text: bool = False
    #: Whether a second person has to consent.
    needs_second: bool = False


_LETTERS: Mapping[str, str] = MappingProxyType(
    {
        "U": "unconfirmed_delivery",
        "D": "duplicate_order",
        "V": "void_mismatch",
        "S": "missing_slip",
        "R": "orphan_return",
    }
)


def _right(reason: Reason, of: str, *, en: str, zh: str) -> Closure:
    """Make a closure that the books have to bear out; `of` are the letters of its exceptions."""
    exceptions = frozenset(_LETTERS[letter] for letter in of)
    return Closure(reason=reason, label=Text(en=en, zh=zh), exceptions=exceptions, claim=Claim.PUT_RIGHT)


def _accepted(reason: Reason, of: str, *, en: str, zh: str) -> Closure:
    """Make a closure that accepts what the books say."""
    exceptions = frozenset(_LETTERS[letter] for letter in of)
    return Closure(reason=reason, label=Text(en=en, zh=zh), exceptions=exceptions, claim=Claim.ACCEPTED)


_EVERY = "UDVSR"

CLOSURES: Mapping[Reason, Closure] = MappingProxyType(
    {
        closure.reason: closure
        for closure in (
            _right(Reason.REFUNDED_ONCE, "D", en="the double was refunded once", zh="重复的一笔已退款一次"),
            _right(Reason.VOIDED_ONCE, "D", en="the double was voided once", zh="重复的一笔已撤销一次"),
            _right(Reason.CANCELLED_UNPAID, "D", en="the unpaid twin was cancelled", zh="未付的那张已取消"),
            _accepted(
                Reason.GENUINE_REPEAT, "D", en="bought twice on purpose: keep both", zh="确为两次购买，两张都保留"
            ),
            _accepted(
                Reason.BOOKED_TWICE_CHARGED_ONCE, "D", en="booked twice, charged once", zh="我方记了两次，只扣款一次"
            ),
            _right(Reason.ALREADY_GIVEN_BACK, "D", en="already voided or refunded", zh="之前已撤销或退款"),
            _right(Reason.ORDER_REBUILT, "S", en="the order was rebuilt from the record", zh="已按收单记录补录订单"),
            _right(Reason.REFUNDED, "USV", en="the money was given back", zh="已退款"),
            _right(Reason.ANSWERED_APPROVED, "S", en="the acquirer says: approved", zh="收单方答复：成功"),
            _right(Reason.ANSWERED_DECLINED, "S", en="the acquirer says: declined", zh="收单方答复：失败"),
            _accepted(Reason.COLLECTED, "S", en="the money was collected after all", zh="款项已补收"),
            _right(Reason.SLIP_SENT, "SR", en="the slip was sent", zh="小票已发送"),
            _right(Reason.SLIP_REPRINTED, "S", en="the slip was printed again", zh="小票已补打"),
            _right(Reason.SLIP_CORRECTED, "S", en="the slip was corrected", zh="小票已更正"),
            _accepted(
                *(Reason.CUSTOMER_TOLD, "S"),
                en="nothing was taken, and the customer knows",
                zh="未扣款，且已告知顾客",
            ),
            _accepted(Reason.MATCHED_BY_HAND, "S", en="matched by hand to another order", zh="已人工对应到其他订单"),
            _accepted(Reason.NOT_OURS, "S", en="a charge of another shop", zh="不是本店的扣款"),
            _accepted(Reason.TEST_CHARGE, "S", en="a test charge", zh="测试扣款"),
            _accepted(Reason.ORIGINAL_FOUND, "R", en="the original sale was found", zh="已找到原单"),
            _accepted(Reason.BLIND_RETURN_APPROVED, "R", en="a blind return, approved", zh="无单退货已获批准"),
            _accepted(Reason.EXCEPTION_GRANTED, "R", en="an exception was granted", zh="已准予例外"),
            _accepted(Reason.RECOVERED, "R", en="what was too much was recovered", zh="多退的已追回"),
            _right(Reason.REFUND_COMPLETED, "R", en="the refund went through", zh="退款已到账"),
            _accepted(Reason.BOOKED_TWICE_PAID_ONCE, "R", en="booked twice, paid once", zh="我方记了两次，只付款一次"),
            _accepted(Reason.SIGNED_OFF_LATER, "VR", en="signed off afterwards", zh="已事后补签"),
            _right(Reason.RESTOCKED, "R", en="the goods are back in stock", zh="已重新入库"),
            _right(Reason.REFUSED, "R", en="the return was refused", zh="已拒绝退货"),
            _accepted(Reason.HANDED_TO_OWNER, "R", en="handed to the owner", zh="已上报店主"),
            _accepted(
                *(Reason.HANDED_TO_PLATFORM, "DR"),
                en="handed to the platform, with the evidence",
                zh="已连同材料提交平台",
            ),
            _right(Reason.CONFIRMED_BY_CUSTOMER, "U", en="the customer confirmed it", zh="顾客已确认收货"),
            _right(Reason.CONFIRMED_BY_POLICY, "U", en="confirmed by the policy", zh="已按政策自动确认"),
            _right(Reason.DELIVERED_LATE, "U", en="it arrived late", zh="已送达，迟到"),
            _right(Reason.RESHIPPED, "U", en="shipped again", zh="已补发"),
            _right(Reason.HANDED_OVER_IN_PERSON, "U", en="handed over in person", zh="已当面交货"),
            _right(Reason.SHIPPED_WITH_ANOTHER_ORDER, "U", en="in the box of another order", zh="随其他订单一同发货"),
            _right(Reason.ALREADY_REFUNDED, "U", en="had been refunded already", zh="之前已退款"),
            _accepted(Reason.CLAIM_PAID, "U", en="the carrier paid the claim", zh="承运商已赔付"),
            _accepted(Reason.CLAIM_REFUSED, "U", en="the carrier refused the claim", zh="承运商拒绝赔付"),
            _right(Reason.VOIDED_AND_PROVED, "V", en="voided, and proved", zh="已撤销并有凭据"),
            _accepted(Reason.SALE_STANDS, "V", en="the sale stands; the void was wrong", zh="销售成立，撤销有误"),
            _accepted(Reason.COLLECTED_AGAIN, "V", en="collected again", zh="已重新收款"),
            _accepted(Reason.REASON_ADDED, "V", en="the reason was added", zh="已补填原因"),
            _accepted(Reason.TENDER_CHANGED, "V", en="the customer changed the tender", zh="顾客更换了付款方式"),
            _accepted(Reason.EXPLAINED, "V", en="there is an explanation", zh="已有解释"),
            _accepted(Reason.TRAINED, "V", en="the person was trained", zh="已培训相关人员"),
            _accepted(Reason.TERMINAL_REPAIRED, "V", en="the terminal was repaired", zh="收银机已修复"),
            _right(Reason.RECORDS_CAUGHT_UP, "UVSR", en="records that came late are here", zh="迟到的记录已补齐"),
            Closure(
                reason=Reason.WRITTEN_OFF,
                label=Text(en="written off, with two signatures", zh="两人签字核销"),
                exceptions=frozenset(_LETTERS[letter] for letter in "VSR"),
                claim=Claim.ACCEPTED,
                needs_text=True,
                needs_second=True,
            ),
            Closure(
                reason=Reason.HARMLESS,
                label=Text(en="harmless, as explained", zh="属无害，已说明"),
                exceptions=frozenset(_LETTERS[letter] for letter in _EVERY),
                claim=Claim.ACCEPTED,
                needs_text=True,
            ),
            Closure(
                reason=Reason.BOOKS_AGREE,
                label=Text(en="the books agree again", zh="账本已一致"),
                exceptions=frozenset(_LETTERS[letter] for letter in _EVERY),
                claim=Claim.SEEN,
            ),
        )
    }
)


#: What a person closes with who says that the books are put right.
PUT_RIGHT = tuple(reason for reason, closure in CLOSURES.items() if closure.claim is Claim.PUT_RIGHT)


def closures_for(exception: str) -> tuple[Closure, ...]:
    """Return what a person may close a case of an exception with, in the order in which they are listed."""
    return tuple(
        closure for closure in CLOSURES.values() if exception in closure.exceptions and closure.claim is not Claim.SEEN
    )
