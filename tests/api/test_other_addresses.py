"""Findings, bills and webhooks: odd questions and odd files are answered by name, and leave nothing behind."""

from __future__ import annotations

import io
import zipfile

import pytest

from tests.api.asking import Asking, problem

ODD = ["", "%00", "a%00b", "x" * 3_000, "%FF", "-1", "1e9", "9999-12-31T23:59:59-14:00", "0001-01-01", "NaN", "true"]


@pytest.mark.parametrize("name", ["exception", "open", "since", "after", "limit"])
def test_an_odd_question_about_findings(asking: Asking, name: str) -> None:
    for odd in ODD:
        answer = asking.ask("GET", f"/api/v1/findings?{name}={odd}")
        assert answer.status_code == 200 or problem(answer) == "malformed", odd


@pytest.mark.parametrize("odd", ["%00", "a%00b", "x" * 3_000, "%FF", "..%2F.."])
def test_an_odd_finding_is_nobodys(asking: Asking, odd: str) -> None:
    assert problem(asking.ask("GET", f"/api/v1/findings/{odd}")) == "not_found"


def _zipped(name: str, content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 100,
        b"\xff\xfe\x00",
        b"{}",
        b"[" * 50_000,
        b"a,b\n1,2\n",
        b"PK\x03\x04 no archive",
        _zipped("../../etc/passwd", b"x"),
        _zipped("bill.csv", b""),
        "交易时间,公众账号ID\n`x,`y\n".encode(),
    ],
)
def test_a_file_that_is_no_bill(asking: Asking, content: bytes) -> None:
    before = asking.counter.counts()
    answer = asking.ask("POST", "/api/v1/bills", content=content)
    assert problem(answer) == "malformed"
    assert answer.status_code == 422
    assert asking.counter.counts() == before


@pytest.mark.parametrize(
    "odd", ["name=%00", "acquirer=%00", f"name={'x' * 3_000}", "acquirer=nobody%20here", "name=%FF"]
)
def test_a_bill_with_an_odd_name(asking: Asking, odd: str) -> None:
    before = asking.counter.counts()
    assert problem(asking.ask("POST", f"/api/v1/bills?{odd}", content=b"no bill")) == "malformed"
    assert asking.counter.counts() == before


@pytest.mark.parametrize("name", ["nobody", "%00", "x" * 3_000, "wechat"])
def test_a_webhook_of_nobody(asking: Asking, name: str) -> None:
    before = asking.counter.counts()
    assert problem(asking.ask("POST", f"/api/v1/webhooks/{name}", content=b"{}")) == "not_found"
    assert asking.counter.counts() == before
