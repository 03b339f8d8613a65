"""What the till's addresses say of requests that nobody can read."""

from __future__ import annotations

import msgspec
import pytest

from tests.web.till import BrowserTill, no


@pytest.mark.parametrize("path", ["sales", "basket", "consents", "resemblances"])
def test_what_cannot_be_read_is_said_so(till: BrowserTill, path: str) -> None:
    answer = till.ask("POST", path, {"lines": "none"})
    assert answer.status_code == 422
    assert no(answer) == "malformed"


@pytest.mark.parametrize("path", ["item?code=a%00b", "items?words=a%00b"])
def test_a_text_with_a_zero_byte_is_told_to_be_none(till: BrowserTill, path: str) -> None:
    answer = till.ask("GET", path)
    assert answer.status_code in {409, 422}
    assert no(answer) in {"malformed", "unknown_code"}


@pytest.mark.parametrize(
    "content", [b'{"lines":' + b"[" * 50_000 + b"]" * 50_000 + b"}", b'{"lines":[{"sku":"\xff"}]}']
)
def test_a_basket_that_nobody_can_read_is_malformed(till: BrowserTill, content: bytes) -> None:
    answer = till.ask("POST", "basket", msgspec.Raw(content))
    assert (answer.status_code, no(answer)) == (422, "malformed")
