"""What acquirers answer, as people say it: the meaning of a code, what can be done, and our own sentences about it.

`answer_words.toml` is the one table. A code stands beside its meaning as it came: it is the bank's own word, and what
the customer's bank can be asked about. A code that is in no table is said to be one. Nothing decides by these words;
what an answer does to a payment is the adapters' and the book's.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from counterfoil.error_words import in_chinese
from counterfoil.languages import Text

TABLE = Path(__file__).with_name("answer_words.toml")

#: What stands between two sentences that were put together, in English and in Chinese.
_AND, _AND_ZH = "; ", "；"
_SALE = "sale"
_UNKNOWN_CODE = Text(
    en="a code that Counterfoil has no words for; the bank can say what it means",
    zh="系统没有此代码的说明，可向银行查询其含义",
)
_AS_IT_CAME = Text(en="{meaning} (the bank’s own code: {code})", zh="{meaning}（银行原代码：{code}）")


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What an answer means."""

    said: Text
    #: What the customer, the cashier or the desk can do; None: nothing has to be done.
    advice: Text | None = None
    #: Whether the advice holds where money goes back, too; else it is about being paid.
    fits_returns: bool = False

    def advice_on(self, kind: str) -> Text | None:
        """Return what can be done about a payment of a kind."""
        return self.advice if self.fits_returns or kind == _SALE else None


def meaning_of(code: str | None, decline: str | None = None) -> Meaning | None:
    """Return what a code means, or else what our own word for a no does; None where there is neither."""
    codes, declines = _table()
    if code:
        found = codes.get(code) or codes.get(code.upper()) or codes.get(code.replace("_", "").upper())
        if found is not None:
            return found
    if decline is not None and decline in declines:
        return declines[decline]
    return Meaning(said=_UNKNOWN_CODE) if code else None


def meanings() -> Mapping[str, Text]:
    """Return what every code means, for whoever looks codes up by themselves; a code stands there as in the table."""
    return {code: meaning.said for code, meaning in _table()[0].items()}


def said_of_code(code: str) -> Text:
    """Return the meaning of a code with the code itself, as the acquirer gave it."""
    meaning = meaning_of(code)
    assert meaning is not None, "a code always says something"
    return _AS_IT_CAME.filled(meaning=meaning.said, code=code)


def said_of_decline(decline: str) -> Text:
    """Return our own word for a no, as people say it; one that is not in the table stays as it is."""
    meaning = _table()[1].get(decline)
    return Text(en=decline, zh=decline, is_filled=True) if meaning is None else meaning.said


def sentence(english: str) -> Text:
    """Return a sentence that an adapter or a book wrote about an answer, in both languages.

    One that nobody of ours wrote stays as it is.
    """
    whole = in_chinese(english, table=TABLE)
    # Still there, it stands between two sentences, of which the second was taken for something that is filled in.
    if _AND in whole:
        whole = _AND_ZH.join(in_chinese(part, table=TABLE) for part in english.split(_AND))
    return Text(en=english, zh=whole, is_filled=True)


@cache
def _table() -> tuple[Mapping[str, Meaning], Mapping[str, Meaning]]:
    """Return the meanings by code, and by our own word for a no."""
    codes: dict[str, Meaning] = {}
    declines: dict[str, Meaning] = {}
    for row in tomllib.loads(TABLE.read_text(encoding="utf-8"))["meanings"]:
        advice = Text(en=row["do_en"], zh=row["do_zh"]) if "do_en" in row else None
        meaning = Meaning(
            said=Text(en=row["en"], zh=row["zh"]), advice=advice, fits_returns=row.get("fits_returns", False)
        )
        codes.update(dict.fromkeys(row["codes"], meaning))
        declines.update(dict.fromkeys(row.get("declines", ()), meaning))
    return codes, declines
