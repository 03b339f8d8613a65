"""Whatever an acquirer of ours can answer, people are told what it means in their language, with the code beside it."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from counterfoil.answer_words import TABLE, meaning_of, said_of_code, said_of_decline, sentence
from counterfoil.books.payments.ports import Decline
from counterfoil.languages import Language
from counterfoil.links.acquirers.alipay import words as alipay
from counterfoil.links.acquirers.iso8583 import codes
from counterfoil.links.acquirers.iso8583.profile import SIMULATED_HOST, Profile
from counterfoil.links.acquirers.stripe import words as stripe
from counterfoil.links.acquirers.wechat import words as wechat
from counterfoil.storm.acquirer import rulings
from tools.lints import answer_words
from tools.lints.tree import Source

HAN = re.compile(r"[\u4e00-\u9fff]")
#: Words in a row are a sentence; names and codes are none.
SENTENCE = re.compile(r"[A-Za-z]{2,} [a-z]{2,}")
READ: Mapping[str, Any] = tomllib.loads(TABLE.read_text(encoding="utf-8"))
LINKS = Path(codes.__file__).parents[1]
#: What Stripe's own constants are that are no codes: the names of our metadata.
_NO_CODES = {stripe.OUR_PAYMENT, stripe.OUR_MERCHANT, stripe.OUR_KIND}


def named_in(module: ModuleType) -> Iterator[str]:
    """Yield every code that the words of a channel name."""
    for name, value in vars(module).items():
        if name.isupper() and not name.startswith("_"):
            yield from [value] if isinstance(value, str) else value


def written_in(channel: str) -> Iterator[str]:
    """Yield the codes that the adapter of a channel says by itself, beside those that come with its words."""
    for path in sorted((LINKS / channel).glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "code" and isinstance(node.value, ast.Constant):
                yield str(node.value.value)
            if isinstance(node, ast.match_case):
                yield from (
                    str(each.value.value)
                    for each in ast.walk(node.pattern)
                    if isinstance(each, ast.MatchValue)
                    and isinstance(each.value, ast.Constant)
                    # Stripe's kinds of events are no answers.
                    and not str(each.value.value).startswith("payment_intent.")
                )


GIVEN = {
    *(
        ("iso8583", code)
        for profile in (Profile(), SIMULATED_HOST)
        for code in profile.approvals | set(profile.refusals)
    ),
    *(("iso8583", code) for code in (*codes.APPROVALS, *codes.DOUBTS, *codes.REFUSALS, codes.DUPLICATE)),
    *(("simulated host", code) for name, code in vars(rulings).items() if name.isupper() and isinstance(code, str)),
    *(("alipay", code) for code in named_in(alipay)),
    *(("wechat", code) for code in named_in(wechat)),
    *(("stripe", code) for code in named_in(stripe) if code not in _NO_CODES),
    *((channel, code) for channel in ("alipay", "wechat", "stripe") for code in written_in(channel)),
}


@pytest.mark.parametrize(("channel", "code"), sorted(GIVEN))
def test_every_code_that_an_acquirer_can_give_has_words(channel: str, code: str) -> None:
    meaning = meaning_of(code)
    assert meaning is not None
    assert meaning != meaning_of("a code of nobody"), f"{channel}: {TABLE.name} has no words for {code}"
    assert code in said_of_code(code).to(Language.ZH)


@pytest.mark.parametrize("decline", Decline)
def test_every_no_of_ours_has_words_and_says_what_can_be_done(decline: Decline) -> None:
    meaning = meaning_of(None, decline)
    assert meaning is not None
    assert meaning.advice is not None
    assert HAN.search(said_of_decline(decline).to(Language.ZH))


def test_no_code_means_two_things_and_every_meaning_is_said_in_both_languages() -> None:
    rows = READ["meanings"]
    for names in ("codes", "declines"):
        assert [name for name, n in Counter(c for row in rows for c in row.get(names, ())).items() if n > 1] == []
    for row in rows:
        assert ("do_en" in row) == ("do_zh" in row), row
        for name in set(row) & {"zh", "do_zh"}:
            assert HAN.search(row[name]), row
            assert not SENTENCE.search(row[name]), row


def test_a_code_that_nobody_knows_is_shown_as_it_is_with_a_sentence_in_both_languages() -> None:
    said = said_of_code("X7")
    assert said.to(Language.EN) == (
        "a code that Counterfoil has no words for; the bank can say what it means (the bank’s own code: X7)"
    )
    assert said.to(Language.ZH) == "系统没有此代码的说明，可向银行查询其含义（银行原代码：X7）"
    assert meaning_of(None) is None
    assert said_of_decline("gone_fishing").to(Language.ZH) == "gone_fishing"


def test_both_spellings_of_wechat_are_one_code_and_our_own_word_stands_in_for_none() -> None:
    assert meaning_of("AUTH_CODE_EXPIRE") == meaning_of("AUTHCODEEXPIRE") == meaning_of(None, Decline.INVALID_CODE)
    assert meaning_of("51", Decline.EXPIRED_CARD) == meaning_of(None, Decline.INSUFFICIENT_FUNDS)
    # A code without words is told by ours, where there is one.
    assert meaning_of("X7", Decline.EXPIRED_CARD) == meaning_of(None, Decline.EXPIRED_CARD)


@pytest.mark.parametrize(
    "english", [*READ["messages"], *(each for each in READ["phrases"] if each != "{}, another {}")]
)
def test_every_sentence_about_an_answer_is_told_in_chinese(english: str) -> None:
    for number in range(english.count("{}")):
        english = english.replace("{}", f"§{number}", 1)
    chinese = sentence(english).to(Language.ZH)
    assert HAN.search(chinese), english
    assert not SENTENCE.search(chinese), chinese
    assert sentence(english).to(Language.EN) == english


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("the host refused it with code 51", "主机拒绝，应答码 51"),
        ("the host refused it with code 51; it came too late", "主机拒绝，应答码 51；来得太迟"),
        ("the host is silent: the host closed the connection", "主机无应答：主机关闭了连接"),
        ("code 91 does not prove that nothing happened: the issuer or a switch does not answer",
         "应答码 91 不能证明没有发生：发卡行或转接方无应答"),
        ("the answer cannot be believed: it has another amount, another currency than was asked",
         "应答不可采信：金额、币种与请求不符"),
        ("somebody wrote {this} by hand", "somebody wrote {this} by hand"),
    ],
)  # fmt: skip
def test_sentences_are_told_with_what_is_filled_in(english: str, chinese: str) -> None:
    assert sentence(english).to(Language.ZH) == chinese


def test_phrases_stand_somewhere_in_the_code() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in LINKS.parents[1].rglob("*.py"))
    parts = {english: [part for part in english.split("{}") if part.strip(", ()")] for english in READ["phrases"]}
    assert [english for english, fixed in parts.items() if any(part not in code for part in fixed)] == []


def complaints(code: str, table: str, path: str = "src/counterfoil/links/x.py") -> list[str]:
    sources = [Source(path=path, text=code), Source(path=answer_words.TABLE, text=table)]
    return [complaint.text for complaint in answer_words.check_tree(sources)]


def test_the_lint_finds_what_is_said_of_an_answer_in_english_only() -> None:
    table = '[messages]\n"{}: no" = "{0}：不"\n[phrases]\n'
    said = 'unknown(f"{name}: no")'
    assert complaints(said, table) == []
    (missing,) = complaints(f'{said}\ndeclined(Decline.DUPLICATE, "never")', table)
    assert "has no Chinese for 'never'" in missing
    (missing,) = complaints(f'{said}\nVerdict(event=None, because=answer.note or "so it is")', table)
    assert "has no Chinese for 'so it is'" in missing
    (nowhere,) = complaints("unknown(note)", table)
    assert nowhere == "'{}: no' is said nowhere"
    assert len(complaints(said, table, path="src/counterfoil/web/x.py")) == 1, (
        "only rooms that hear answers are looked at"
    )
