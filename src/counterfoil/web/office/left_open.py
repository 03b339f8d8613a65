"""Which of the open sales that hold money the first page of the office shows. It lives in the address. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from counterfoil.counter.overview.left_open import LEFT_OPEN_MAX, LOOKED_BACK, LeftOpenPage

PATH = "/office"
#: Where on the page they stand.
PLACE = "left-open"
OLDER = "older"
#: Nobody turns so many pages.
_SKIPPED_DIGITS_MAX = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the address asks for; what cannot be meant there says nothing."""

    older: bool = False
    skipped_n: int = 0

    @classmethod
    def from_address(cls, which: str | None, skipped: str | None) -> Wanted:
        """Read the two words of the address."""
        text = skipped or ""
        is_number = text.isascii() and text.isdigit() and len(text) <= _SKIPPED_DIGITS_MAX
        return cls(older=which == OLDER, skipped_n=int(text) if is_number else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A page of them as the template takes it; addresses are None where they would lead nowhere."""

    page: LeftOpenPage
    days: int
    newer: str | None
    further: str | None
    #: To those of the other time.
    other: str | None

    @property
    def is_there(self) -> bool:
        """Whether there is anything to tell, or to look for."""
        return self.page.total_n > 0 or self.page.is_older or self.page.goes_further_back

    @property
    def first_n(self) -> int:
        """The place of the first one on this page, counted from 1."""
        return self.page.skipped_n + 1

    @property
    def last_n(self) -> int:
        """The place of the last one on this page."""
        return self.page.skipped_n + len(self.page.sales)


def shown(page: LeftOpenPage) -> Shown:
    """Lay a page out, with the addresses of those beside it."""
    skipped_n, older = page.skipped_n, page.is_older
    following_n = skipped_n + len(page.sales)
    has_more = bool(page.sales) and following_n < page.total_n
    return Shown(
        page=page,
        days=LOOKED_BACK.days,
        newer=_address(older=older, skipped_n=max(0, skipped_n - LEFT_OPEN_MAX)) if skipped_n else None,
        further=_address(older=older, skipped_n=following_n) if has_more else None,
        other=_address(older=not older) if older or page.goes_further_back else None,
    )


def _address(*, older: bool, skipped_n: int = 0) -> str:
    words = {"open": OLDER if older else "", "open_after": str(skipped_n) if skipped_n else ""}
    told = urlencode({name: value for name, value in words.items() if value})
    return f"{PATH}{'?' if told else ''}{told}#{PLACE}"
