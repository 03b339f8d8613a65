"""Made-up things for `/design`: nobody's, and as awkward as real ones can be. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from counterfoil.languages import Text
from counterfoil.shop.sessions.refusals import SignInRefusal, refused

#: What people are really called, and what somebody may call themselves to see what happens.
NAMES = (
    "Zoë O’Connor",
    "王小明",
    "<script>alert(1)</script>",
    "\u202eחנה לוי",
    "محمد عبد الله",
    "Ana " + "María del Carmen de los Ángeles " * 9,
    "x" * 300,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleCase:
    """One row of the sample table."""

    case_id: str
    exception: Text
    tone: int
    severity: str
    amount_minor: int
    currency: str
    store: str
    opened_at: datetime
    due_at: datetime
    state: Text
    kind: str
    owner: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """Everything that `/design` shows."""

    now: datetime
    names: tuple[str, ...]
    cases: tuple[SampleCase, ...]
    today: date
    refused = refused(SignInRefusal.LOCKED)


_EXCEPTIONS = (
    Text(en="Unconfirmed delivery", zh="订单未确认收货"),
    Text(en="Duplicate order", zh="订单重复"),
    Text(en="Void mismatch", zh="撤销订单"),
    Text(en="Missing slip", zh="未出票但客户收到信息"),
    Text(en="Orphan return", zh="退货无单"),
)
_STATES = (
    (Text(en="open", zh="待处理"), "info"),
    (Text(en="asking the bank", zh="正在查询银行"), "busy"),
    (Text(en="waiting for you", zh="等待您处理"), "warn"),
    (Text(en="overdue", zh="已逾期"), "bad"),
    (Text(en="closed", zh="已结案"), "good"),
)
_SEVERITIES = ("critical", "high", "low", "info", "high")


def samples(now: datetime) -> Samples:
    """Make them as of a moment."""
    cases = tuple(
        SampleCase(
            case_id=f"01KAWQ7Z3M5N8P2R4T6V8X0{at}CF",
            exception=_EXCEPTIONS[at],
            tone=at + 1,
            severity=_SEVERITIES[at],
            amount_minor=(12_850, 4_990, 120_000, 3_600, 1_250_075)[at],
            currency=("CNY", "CNY", "JPY", "CNY", "KWD")[at],
            store=("Harbour Street", "老城店", "Harbour Street", "Airport", "老城店")[at],
            opened_at=now - timedelta(minutes=(4, 95, 60 * 26, 60 * 24 * 6, 60 * 24 * 40)[at]),
            due_at=now + timedelta(hours=(20, 3, 1, -5, 48)[at]),
            state=_STATES[at][0],
            kind=_STATES[at][1],
            owner=(None, "Zoë O’Connor", "王小明", "محمد عبد الله", "Sue Miller")[at],
        )
        for at in range(5)
    )
    return Samples(now=now, names=NAMES, cases=cases, today=now.date())
