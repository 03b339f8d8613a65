"""The real files in `examples/`: every figure of their notice comes out of the audit, as a finding or as a check."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from counterfoil.audit.outcome import Outcome, audit
from counterfoil.audit.run import AuditRequest
from counterfoil.policy import policy_from

EXAMPLES = Path(__file__).parents[2] / "examples"


@dataclass(frozen=True)
class Told:
    """What an audit of one file tells."""

    outcome: Outcome
    checks: Mapping[str, str]

    def found(self) -> Counter[tuple[str, str]]:
        """Count the findings by diagnosis and severity."""
        findings = self.outcome.findings
        return Counter(zip(findings["diagnosis"].to_pylist(), findings["severity"].to_pylist(), strict=True))


def told(name: str, out: Path, **policy: object) -> Told:
    """Audit one bundled file."""
    request = AuditRequest(paths=[EXAMPLES / name], out=out, policy=policy_from(policy))
    outcome = audit(request, report=False)
    return Told(outcome, {check.name: check.value for check in outcome.checks})


@pytest.fixture(scope="module")
def uci(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Audit the wholesaler's year, with the pattern of its goods."""
    return told(
        "uci_online_retail.parquet",
        tmp_path_factory.mktemp("uci"),
        time_zone="Europe/London",
        goods_sku_pattern=r"^\d{5}[A-Za-z]*$",
    )


@pytest.fixture(scope="module")
def wechat(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Audit the platform's own bill."""
    return told("wechat_trade_bill_2019-02-19_ALL.csv", tmp_path_factory.mktemp("wechat"), time_zone="Asia/Shanghai")


def test_the_wholesalers_lines_and_invoices_are_counted(uci: Told) -> None:
    figures = {
        "lines": "541909",
        "invoices": "25900",
        "cancellation_invoices": "3836",
        "cancellation_lines": "9288",
        "cancellation_lines_of_named_customers_and_goods": "8539",
        "cancellation_lines_without_customer": "383",
        "zero_price_sale_lines": "1179",
        "fractional_penny_lines": "4",
        "invoices_with_two_times": "43",
        "whole_invoice_mirrors": "131",
        "same_basket_within_10min": "13",
        "same_basket_within_24h": "40",
        "same_basket_pairs_same_day": "88",
        "cancellation_lines_without_earlier_sale_any_code": "1306",
        "cancellation_invoices_without_earlier_sale_any_code": "723",
    }
    assert {name: uci.checks[name] for name in figures} == figures


def test_nineteen_baskets_within_half_an_hour_are_double_charges(uci: Told) -> None:
    assert uci.found()["double_charge", "critical"] == 19


def test_returns_without_a_sale_in_the_period_are_found_and_the_first_month_is_information(uci: Told) -> None:
    """488 invoices, of which 164 lie in the first 30 days; 39 more name no customer at all."""
    assert uci.found()["refund_without_order", "high"] == 488 - 164
    assert uci.found()["refund_without_order", "info"] == 164 + 39


def test_the_lines_of_those_returns_are_their_evidence(uci: Told) -> None:
    lines = Counter[str]()
    findings = uci.outcome.findings.select(["diagnosis", "severity", "evidence", "explanation_en"]).to_pylist()
    for row in findings:
        if row["diagnosis"] == "refund_without_order":
            lines[row["severity"]] += sum(each["table"] == "return_lines" for each in json.loads(row["evidence"]))
    assert lines["high"] == 1031 - 371


def test_the_coverage_says_that_the_state_is_a_constant_there(uci: Told) -> None:
    remarks = " ".join(english for file in uci.outcome.files for english, _ in file.remarks)
    assert "paid" in remarks
    not_examined = {line.diagnosis for line in uci.outcome.coverage if not line.examined}
    assert {"paid_no_slip", "not_shipped", "void_not_honoured"} <= not_examined


def test_the_bill_agrees_with_its_footer(wechat: Told) -> None:
    [file] = wechat.outcome.files
    assert file.rows_read == 45
    assert all(total.agrees for total in file.control_totals)
    stated = {total.name: total.stated for total in file.control_totals}
    assert {"0.47", "0.14", "0.08"} <= set(stated.values())
    assert (wechat.checks["payments"], wechat.checks["refunds"]) == ("31", "14")


def test_refunds_of_payments_outside_the_bill_are_told_and_judged_by_nobody(wechat: Told) -> None:
    assert wechat.checks["refunds_without_payment_in_file"] == "14"
    assert wechat.found() == Counter({("refund_without_order", "info"): 14})


def test_a_platform_number_under_two_merchant_numbers_is_a_check_and_no_double_charge(wechat: Told) -> None:
    assert wechat.checks["platform_numbers_under_two_merchant_numbers"] == "2"
    assert wechat.checks["references_under_two_orders"] == "2"
