"""Whoever types what the pages say, gets what they show: from nothing to a shop that sells, voids, closes, finds."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from counterfoil.db.address import OWNER_VARIABLE, Addresses
from tests.audit.readers.wechat import PAYMENT, trade_bill
from tests.serving.counters import counter, environment
from tests.serving.pages import ROOT, Block, Reader, blocks, is_like, reader
from tests.serving.shop import Shop

PAGES_IN_BOTH = ("void-and-refund.md", "close-a-day.md", "read-findings.md")

#: A sale as the page of the counter shows it, with other ids and goods.
_SALE = """
curl -sf http://127.0.0.1:8080/api/v1/sales \
  -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \
  -d '{{"sale": {{"order_id": "{order}", "store_id": "north", "terminal_id": "till-1", "operator_id": "ann",
       "placed_at": "'"$(date -u +%Y-%m-%dT%H:%M:%SZ)"'", "currency": "CNY", "total_minor": {total},
       "customer_key": {customer},
       "lines": [{{"sku": "tea", "quantity": "{quantity}", "amount_minor": {total}}}],
       "tenders": [{{"payment_id": "{order}-p", "tender": "cash",
                     "amount_minor": {total}, "handed_minor": {total}}}]}}}}'
"""


def sale(order: str, quantity: int = 1, customer: str = "null") -> str:
    return _SALE.format(order=order, quantity=quantity, total=quantity * 1130, customer=customer)


@pytest.fixture
def somebody(addresses: Addresses, tmp_path: Path) -> Iterator[Reader]:
    """Somebody with an empty database, and a counter that is open."""
    if shutil.which("curl") is None:
        pytest.skip("the pages talk to the counter with curl, which is not installed")
    environ = environment(tmp_path / "home", database=addresses.application)
    environ[OWNER_VARIABLE] = str(addresses.keeper)
    folder = tmp_path / "folder"
    folder.mkdir()
    with (
        counter(environ, Shop(token="")) as running,
        reader(folder, environ, address=running.address) as typing,
    ):
        yield typing


@pytest.mark.long
def test_the_pages_lead_from_nothing_to_a_finding_that_is_put_right(somebody: Reader) -> None:
    somebody.follow("docs/how-to/set-up-a-shop.md")
    somebody.follow("docs/how-to/run-the-counter.md")
    somebody.run(sale("second-1", quantity=2))
    somebody.follow("docs/how-to/void-and-refund.md")
    somebody.follow("docs/how-to/close-a-day.md")
    somebody.run(sale("twice-1", customer='"member-77"') + sale("twice-2", customer='"member-77"'))
    somebody.follow("docs/how-to/read-findings.md")
    assert (somebody.folder / "report" / "report.html").is_file()


@pytest.mark.long
def test_the_page_about_bills_takes_them_by_hand_and_over_http(somebody: Reader) -> None:
    bill, other = (trade_bill([PAYMENT | {"微信订单号": f"42000000012026030100000000{n:02}"}]) for n in (1, 2))
    (somebody.folder / "march-01.csv").write_text(bill, encoding="utf-8", newline="")
    with zipfile.ZipFile(somebody.folder / "march-02.zip", "w") as archive:
        archive.writestr("march-02.csv", other)
    (somebody.folder / "bills").mkdir()
    shutil.copy(somebody.folder / "march-01.csv", somebody.folder / "bills" / "again.csv")
    somebody.run("counterfoil shop create m1 --currency CNY --zone Asia/Shanghai")
    somebody.follow("docs/how-to/take-in-bills.md")


@pytest.mark.long
@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_the_readme_leads_to_a_first_sale(somebody: Reader, page: str) -> None:
    (script,) = [block.text for block in blocks(page) if block.kind == "sh" and "shop create" in block.text]
    assert "Paid. Order" in somebody.run(script)


@pytest.mark.parametrize("page", PAGES_IN_BOTH)
def test_a_page_in_chinese_shows_the_very_same_commands_and_answers(page: str) -> None:
    assert blocks(f"docs/zh/how-to/{page}") == blocks(f"docs/how-to/{page}")


@pytest.mark.parametrize("page", PAGES_IN_BOTH)
def test_a_page_in_chinese_has_the_same_outline(page: str) -> None:
    def outline(path: str) -> list[int]:
        lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
        return [len(line.split(" ")[0]) for line in lines if line.startswith("#")]

    assert outline(f"docs/zh/how-to/{page}") == outline(f"docs/how-to/{page}")


def test_what_a_page_shows_is_a_part_of_the_answer() -> None:
    answer = {"code": "x", "facts": [{"a": 1, "b": 2}], "gone_at": None}
    assert is_like({"facts": [{"a": 1}]}, answer)
    assert is_like({"facts": "…"}, answer)
    assert not is_like({"gone_at": "…"}, answer)
    assert not is_like({"facts": [{"a": 2}]}, answer)
    assert not is_like({"facts": []}, answer)
    assert not is_like({"other": None}, answer)


def test_blocks_are_read_with_their_kind() -> None:
    assert Block(kind="sh", text="counterfoil serve\n") in blocks("docs/how-to/run-the-counter.md")
