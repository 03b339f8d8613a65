"""The values of steps: what a case offers, what somebody asks for, and what came of it. Frozen; no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from counterfoil.books.payments.model import Kind, Payment
from counterfoil.desk.cases.model import REBUILDS_AND_RETURNS, CaseEvent, CaseId
from counterfoil.ids import MerchantId, OrderId, PaymentId, StoreId
from counterfoil.languages import Text
from counterfoil.shop.staff.model import Person


class Step(StrEnum):
    """What a button does; the word stands in the case's events and in addresses."""

    ASK_AGAIN = "ask_again"  #: take the next step of the payment's ladder now
    GIVE_BACK = "give_back"  #: void before settlement, else refund, once
    CANCEL_UNPAID = "cancel_unpaid"  #: give up the one of two orders on which nothing is paid
    REBUILD_ORDER = "rebuild_order"  #: make the order that the acquirer's record proves
    RETURN_CHARGE = REBUILDS_AND_RETURNS  #: make that order, and give its money back, by one press
    LINK_RETURN = "link_return"  #: say of which order a return is
    UNLINK_RETURN = "unlink_return"  #: take back what was said of which order a return is
    PRINT_SLIP = "print_slip"  #: say what became of the slip that an order owes


class Came(StrEnum):
    """What a step came to."""

    DONE = "done"  #: proven
    DECLINED = "declined"  #: the acquirer said no, or it was taken back before it was sure; nothing moved
    UNKNOWN = "unknown"  #: nobody knows yet, and the ladder goes on by itself
    UNDER_WAY = "under_way"  #: somebody is at it just now
    NOTHING = "nothing"  #: there was nothing to do
    REFUSED = "refused"  #: the counter said no; nothing moved


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One step that a case offers now, about one row of the books."""

    step: Step
    #: The payment that it is about; of a rebuilt order the acquirer's record, of a cancelled one and of a slip the
    #: order itself, of a link the return.
    about: str
    amount_minor: int
    currency: str
    store_id: StoreId | None = None
    order_id: OrderId | None = None
    #: What the acquirer calls whose money it is; None: cash.
    acquirer: str | None = None
    #: Whether the goods of the whole order go back with the money.
    with_goods: bool = False
    #: Of a slip: whether it is one of money that went back.
    is_back: bool = False

    @property
    def needs_consent(self) -> bool:
        """Whether a second person has to consent with their PIN: wherever money goes back."""
        return self.step in {Step.GIVE_BACK, Step.RETURN_CHARGE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One press of a step's button."""

    merchant_id: MerchantId
    case_id: CaseId
    #: The payment, or the record, that the offer named.
    about: str
    #: Made by the page; the same on every try of this press. What the step makes in the books is called by it.
    action_id: str
    #: The version of the case that somebody saw; None: whichever, for what is told has happened already.
    seen: int | None
    actor: Person
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Stepped:
    """What a press came to."""

    came: Came
    #: How the case says that it was begun.
    begun: CaseEvent
    #: The payment that was asked about or made, as it stands now.
    payment: Payment | None = None
    #: The same press was heard before: this is what it came to then, and nothing was done again.
    repeated: bool = False


#: What a button says, by step.
TITLES: Mapping[Step, Text] = MappingProxyType(
    {
        Step.ASK_AGAIN: Text(en="Ask the acquirer again", zh="再次向收单方查询"),
        Step.GIVE_BACK: Text(en="Give the money back", zh="退款"),
        Step.CANCEL_UNPAID: Text(en="Cancel the unpaid one", zh="取消未付款的一单"),
        Step.REBUILD_ORDER: Text(en="Rebuild the order from the record", zh="按收单记录补录订单"),
        Step.RETURN_CHARGE: Text(en="Nothing was sold: give the charge back", zh="未成交：退回扣款"),
        Step.LINK_RETURN: Text(en="Link the return to its order", zh="将退货关联到原单"),
        Step.UNLINK_RETURN: Text(en="Take the link back", zh="取消关联"),
        Step.PRINT_SLIP: Text(en="Print the slip", zh="打印小票"),
    }
)

#: What came of it, as the case tells it.
CAME: Mapping[Came, Text] = MappingProxyType(
    {
        Came.DONE: Text(en="done", zh="已完成"),
        Came.DECLINED: Text(en="not done; no money moved", zh="未成功，款项未变动"),
        Came.UNKNOWN: Text(en="not known yet; the acquirer is asked again", zh="尚无结果，将继续查询"),
        Came.UNDER_WAY: Text(en="under way", zh="进行中"),
        Came.NOTHING: Text(en="there was nothing left to do", zh="无需处理"),
        Came.REFUSED: Text(en="refused; no money moved", zh="被拒绝，款项未变动"),
    }
)

#: What came of asking, where somebody answered: whichever it is, the question is done.
ANSWERS: Mapping[Came, Text] = MappingProxyType(
    {
        Came.DONE: Text(en="answered; the payment stands", zh="已有答复，付款成立"),
        Came.DECLINED: Text(en="answered; it did not happen, and no money is held", zh="已有答复，付款未发生，未扣款"),
    }
)


#: What came of printing.
PRINTED: Mapping[Came, Text] = MappingProxyType(
    {
        Came.DONE: Text(en="it came out", zh="已打印出来"),
        Came.DECLINED: Text(en="it did not come out, and is still owed", zh="未打印出来，仍需补打"),
    }
)


def came_said(step: str, came: str) -> Text:
    """Return what came of a step, in words; ValueError where either is none."""
    named, own = Came(came), {Step.ASK_AGAIN: ANSWERS, Step.PRINT_SLIP: PRINTED}.get(Step(step), CAME)
    return own.get(named, CAME[named])


#: Kinds of a payment that give money back, as the case names them.
KINDS: Mapping[Kind, Text] = MappingProxyType(
    {
        Kind.SALE: Text(en="sale", zh="销售"),
        Kind.VOID: Text(en="void", zh="撤销"),
        Kind.REVERSAL: Text(en="reversal", zh="冲正"),
        Kind.REFUND: Text(en="refund", zh="退款"),
    }
)


def id_made_by(action_id: str) -> PaymentId:
    """Return the id of the payment that a press makes: the same on every try, so that it is made once."""
    return PaymentId(action_id)
