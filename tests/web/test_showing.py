"""How spans are written for people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from counterfoil.languages import Language
from counterfoil.web.showing import age, span

NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "en", "zh"),
    [
        (5, "just now", "刚刚"),
        (45, "45 seconds ago", "45秒钟前"),
        (67, "1 minute ago", "1分钟前"),
        (89, "1 minute ago", "1分钟前"),
        (100, "2 minutes ago", "2分钟前"),
        (4_000, "67 minutes ago", "67分钟前"),
        (24 * 3_600, "24 hours ago", "24小时前"),
        (3 * 86_400, "3 days ago", "3天前"),
    ],
)
def test_an_age_is_told_without_seconds_beyond_a_minute(seconds: int, en: str, zh: str) -> None:
    at = NOW - timedelta(seconds=seconds)
    assert (age(at, NOW, Language.EN), age(at, NOW, Language.ZH)) == (en, zh)


def test_a_span_is_told_as_an_age_is() -> None:
    assert span(timedelta(seconds=75), Language.EN) == "1 minute"
