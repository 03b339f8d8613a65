"""Everything in a report that is not a finding: files, coverage, totals, the flow of sales, bill days, checks."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from counterfoil.audit.report.model import (
    BillDay,
    Check,
    CoverageLine,
    FileRead,
    FileSetAside,
    FileTotal,
    FlowEdge,
    Label,
    Run,
    SalesTotal,
    UncoveredDay,
)
from counterfoil.detectors.catalogue import Diagnosis

#: Days of the made-up bills.
BILL_DAYS = 84
_UNCOVERED = (17, 18, 44, 83)

_SALES = Label(key="sales", en="All sales", zh="全部销售")
_PAID = Label(key="paid", en="Paid", zh="已付款")
_VOIDED = Label(key="voided", en="Voided or cancelled", zh="已撤销或取消")
_CLEAN = Label(key="clean", en="Clean end", zh="正常完结")
_EXCEPTIONS = {
    "unconfirmed_delivery": Label(key="unconfirmed_delivery", en="Unconfirmed delivery", zh="订单未确认收货"),
    "duplicate_order": Label(key="duplicate_order", en="Duplicate order", zh="订单重复"),
    "void_mismatch": Label(key="void_mismatch", en="Void mismatch", zh="撤销订单"),
    "missing_slip": Label(key="missing_slip", en="Missing slip", zh="未出票但客户收到信息"),
    "orphan_return": Label(key="orphan_return", en="Orphan return", zh="退货无单"),
}


def run(as_of: datetime, sales: int) -> Run:
    """Describe a run over six files, one of which is not whole."""
    return Run(
        as_of=as_of,
        as_of_chosen="newest_event",
        version="0.1.0",
        time_zone="Asia/Shanghai",
        explain_in="audit-out",
        books={
            "orders": sales,
            "order_lines": sales * 2,
            "payments": sales + sales // 20,
            "acquirer_records": sales + sales // 21,
            "slips": sales - sales // 90,
            "notices": None,
            "parcels": sales // 9,
            "tracking_events": sales // 2,
            "returns": sales // 30,
            "return_lines": sales // 28,
            "terminal_events": 48_211,
        },
        policy=(("time_zone", "Asia/Shanghai"), ("slip_within", "2min"), ("duplicate_window", "30min")),
        files=_files(sales),
    )


def _files(sales: int) -> tuple[FileRead, ...]:
    bill = FileRead(
        name="wechat_trade_bill_2026-05.csv",
        reader="wechat-trade-bill",
        reader_en="WeChat Pay trade bill",
        reader_zh="微信支付交易账单",
        encoding="utf-8-sig",
        rows_read=sales + sales // 21,
        rows_kept=sales + sales // 21 - 3,
        gave={"acquirer_records": sales + sales // 21 - 3},
        set_aside=(
            FileSetAside(
                reason="unknown_enum_value",
                text_en="Trade state is a word that the format does not know",
                text_zh="交易状态不在已知取值之内",
                why="quarantined",
                rows=3,
            ),
        ),
        control_totals=(
            FileTotal(name="rows", label="总交易单数", stated="20952", found="20952"),
            FileTotal(name="amount_minor", label="应结订单总金额", stated="3182950.40", found="3182940.40"),
        ),
    )
    names = ("orders", "order_lines", "payments", "slips", "parcels", "returns", "terminal_events")
    return (bill, *(_book(name, sales) for name in names))


def _book(name: str, rows: int) -> FileRead:
    return FileRead(
        name=f"{name}.csv",
        reader="book-format",
        reader_en="Counterfoil book format 1",
        reader_zh="Counterfoil 账本格式 1",
        encoding="utf-8",
        rows_read=rows,
        rows_kept=rows,
        gave={name: rows},
        remarks=(("The column `training` is not in this file.", "此文件没有 `training` 列。"),),
    )


def coverage(known: Sequence[Diagnosis]) -> tuple[CoverageLine, ...]:
    """Say of every diagnosis whether it was examined; notices were not given."""
    return tuple(
        CoverageLine(
            exception=kind.exception,
            diagnosis=kind.id,
            examined=kind.id != "notified_not_paid",
            reason_en="" if kind.id != "notified_not_paid" else "no notices book",
            reason_zh="" if kind.id != "notified_not_paid" else "没有提供通知账本",
        )
        for kind in known
    )


def uncovered(first: date) -> tuple[UncoveredDay, ...]:
    """List the days without a bill."""
    return tuple(UncoveredDay(acquirer="wechatpay", day=first + timedelta(days=place)) for place in _UNCOVERED)


def totals(sales: int) -> tuple[SalesTotal, ...]:
    """Say what was sold."""
    return (
        SalesTotal(
            merchant_id="teahouse",
            currency="CNY",
            sales_n=sales,
            sales_minor=sales * 15_237,
            voided_n=sales // 60,
            voided_minor=sales // 60 * 14_100,
            refunded_n=sales // 30,
            refunded_minor=sales // 30 * 12_900,
        ),
    )


def flow(sales: int, counts: dict[str, int]) -> tuple[FlowEdge, ...]:
    """Let every sale run to its end."""
    voided = min(sales // 20, sales)
    bad = {name: min(counts.get(name, 0), sales // 8) for name in _EXCEPTIONS}
    from_voided = bad["void_mismatch"]
    from_paid = sum(bad.values()) - from_voided
    edges = [
        FlowEdge(source=_SALES, target=_PAID, count=sales - voided),
        FlowEdge(source=_SALES, target=_VOIDED, count=voided),
        FlowEdge(source=_PAID, target=_CLEAN, count=max(sales - voided - from_paid, 0)),
        FlowEdge(source=_VOIDED, target=_CLEAN, count=max(voided - from_voided, 0)),
    ]
    for name, label in _EXCEPTIONS.items():
        source = _VOIDED if name == "void_mismatch" else _PAID
        edges.append(FlowEdge(source=source, target=label, count=bad[name]))
    return tuple(edges)


def days(first: date, seed: int) -> tuple[BillDay, ...]:
    """Lay the bills of one acquirer beside our payments, day by day."""
    rng = random.Random(seed)
    listed = []
    for place in range(BILL_DAYS):
        covered = place not in _UNCOVERED
        matched, left_ours, left_theirs = (
            rng.randrange(180, 320),
            rng.choice((0,) * 14 + (1, 1, 4)),
            rng.choice((0,) * 15 + (2,)),
        )
        theirs = matched + left_theirs if covered else 0
        ours = matched + left_ours
        listed.append(
            BillDay(
                acquirer="wechatpay",
                currency="CNY",
                day=first + timedelta(days=place),
                ours_n=ours,
                ours_minor=ours * 15_210,
                theirs_n=theirs,
                theirs_minor=theirs * 15_210,
                matched_n=matched if covered else 0,
                matched_minor=matched * 15_210 if covered else 0,
                left_ours_n=left_ours if covered else ours,
                left_theirs_n=left_theirs if covered else 0,
                covered=covered,
            )
        )
    return tuple(listed)


def checks() -> tuple[Check, ...]:
    """Give a few counts that are no findings."""
    bill = "wechat_trade_bill_2026-05.csv"
    return (
        Check(name="bill_rows", label_en="Rows of the bill", label_zh="账单行数", value="20952", file=bill),
        Check(name="bill_sales", label_en="Payments in the bill", label_zh="账单付款笔数", value="20214", file=bill),
        Check(name="bill_refunds", label_en="Refunds in the bill", label_zh="账单退款笔数", value="738", file=bill),
        Check(
            name="references_used_twice",
            label_en="Platform numbers that stand under two merchant numbers",
            label_zh="同一平台单号对应两个商户单号",
            value="2",
            file=bill,
        ),
        Check(
            name="mirrored_orders",
            label_en="Returns that mirror one whole earlier order",
            label_zh="与此前整单完全对应的退货",
            value="131",
        ),
    )
