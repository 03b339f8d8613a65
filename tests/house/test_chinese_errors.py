"""Whoever asks in Chinese is told in Chinese what is wrong: with the command line, and with what was handed in."""

from __future__ import annotations

import errno
import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from typer.testing import CliRunner

from counterfoil import cli
from counterfoil.error_words import TABLE, in_chinese, said, said_on_a_page
from counterfoil.errors import BadFile, BadInput, BadOption, Bug
from counterfoil.languages import Language, Text
from tools.lints import error_words
from tools.lints.tree import Source

HAN = re.compile(r"[\u4e00-\u9fff]")
#: Names and what was typed stand in any language; words in a row outside of them are a sentence.
NAMES = re.compile(r"'[^']*'|`[^`]*`|\"[^\"]*\"|--?[\w-]+|%\S+|\S*[_/.=\d]\S*")
SENTENCE = re.compile(r"[A-Za-z]{2,} [a-z]{2,}")


def english_in(text: str) -> list[str]:
    """Return what of a text is still a sentence in English."""
    for words in (" ".join(path) for path in COMMANDS if len(path) > 1):
        text = text.replace(words, "，")
    return SENTENCE.findall(NAMES.sub("，", text))


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:  # noqa: ANN401 — Typer does not publish the type
    """Yield every command and group with the words that call it."""
    yield path, group
    for name, command in getattr(group, "commands", {}).items():
        yield from commands(command, (*path, name))


COMMANDS = dict(commands(typer.main.get_command(cli.app)))


def told(*arguments: str) -> tuple[int, str]:
    """Run a command in Chinese; return how it ended and what its frame says, on one line."""
    ended = CliRunner().invoke(cli.app, list(arguments), env={"COUNTERFOIL_LANG": "zh", "COUNTERFOIL_MERCHANT": ""})
    lines = [line.strip("│ ") for line in ended.output.splitlines() if line.startswith("│")]
    return ended.exit_code, "".join(lines)


def mistakes(path: tuple[str, ...], command: Any) -> Iterator[tuple[str, ...]]:  # noqa: ANN401 — as above
    """Yield the ways in which a command can be called wrongly."""
    yield (*path, "--nonsense")
    if hasattr(command, "commands"):
        yield (*path, "nonsense")
        return
    for param in command.params:
        kind = param.type_descriptor
        if param.param_type_name != "option" or getattr(param, "is_flag", False):
            continue
        yield (*path, param.opts[0])
        if kind.is_choice or kind.annotation in {int, float}:
            yield (*path, param.opts[0], "nonsense")
    if any(param.required for param in command.params):
        yield path


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_wrong_call_of_a_command_is_told_in_chinese(path: tuple[str, ...]) -> None:
    for arguments in mistakes(path, COMMANDS[path]):
        code, text = told(*arguments)
        assert code == 2, (arguments, text)
        assert HAN.search(text), (arguments, text)
        assert english_in(text) == [], (arguments, text)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("shop", "creat"), "没有命令 'creat'。是不是 'create'？"),
        (("world", "--ordres", "3"), "没有选项 --ordres。是不是 --orders？"),
        (("world", "--orders", "x"), "'--orders' 的值不能使用：应为整数，实为 'x'。"),
        (("shop", "create"), "缺少参数 'merchant'。"),
        (("serve", "one"), "多出了参数：one。"),
        (("serve", "--processes", "0"), "'--processes' 的值不能使用：应不小于 1，实为 '0'。"),
    ],
)
def test_a_wrong_call_says_what_is_wrong_with_it(arguments: tuple[str, ...], text: str) -> None:
    assert told(*arguments) == (2, text)


def test_an_error_about_a_file_is_told_part_by_part() -> None:
    error = BadFile(file="a.zip", expected="at most 10 members", found="another archive, b.zip", advice="Unpack it.")
    assert said(error, Language.ZH) == "a.zip：应为最多 10 个成员，实为又一个压缩包 b.zip。请先解压。"
    assert said(error, Language.EN) == str(error)


@pytest.mark.parametrize("language", Language)
def test_somebody_at_a_page_is_told_of_no_command_and_no_option(language: Language) -> None:
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    for english in table["pages"]:
        for part in ("expected", "found", "advice"):
            error = BadFile(**{"file": "a.csv", "expected": "a file", "found": "none", "advice": "", part: english})
            told_here = said_on_a_page(error, language)
            assert said(error, language) != told_here, english
            assert re.search(r"`|--\w", told_here) is None, told_here
    bill = BadFile(file="a.csv", expected="a header", found="text (utf-8) with another header")
    assert "utf-8" not in said_on_a_page(bill, language)
    near = BadFile(file="a.csv", expected="the columns of orders", found="none called state")
    assert said_on_a_page(near, language) == said(near, language)
    other = BadFile(file="a.zip", expected="at most 10 members", found="another archive, b.zip", advice="Unpack it.")
    assert said_on_a_page(other, language) == said(other, language)
    assert said_on_a_page(BadOption("an option"), language) == said(BadOption("an option"), language)


def test_what_is_filled_in_is_told_in_chinese_where_it_is_known() -> None:
    error = BadOption("/srv/x.toml: [[acquirer]] 1: name: expected one of wechat, alipay, found something else")
    assert said(error, Language.ZH) == "/srv/x.toml：[[acquirer]] 1: name：应为 wechat, alipay 之一，实为别的内容"
    refused = BadOption(f"/srv/x.toml: cannot be read: {os.strerror(errno.EACCES)}")
    assert said(refused, Language.ZH) == "/srv/x.toml：无法读取：没有权限"


def test_an_error_in_both_languages_is_told_as_it_stands_and_what_nobody_knows_stays() -> None:
    both = BadInput(Text(en="{n} are missing", zh="缺少 {n} 个").filled(n=2))
    assert (said(both, Language.EN), said(both, Language.ZH)) == ("2 are missing", "缺少 2 个")
    assert in_chinese("what nobody has ever said") == "what nobody has ever said"
    assert said(Bug("an invariant"), Language.ZH) == "an invariant"


def test_every_message_of_the_table_comes_back_in_chinese_whatever_is_filled_in() -> None:
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    for english, chinese in {**table["messages"], **table["phrases"]}.items():
        filled = english
        for number in range(english.count("{}")):
            filled = filled.replace("{}", f"§{number}", 1)
        expected = chinese if "{}" not in english else chinese.format(*(f"§{n}" for n in range(english.count("{}"))))
        assert in_chinese(filled) == expected, english
        assert english_in(expected) == [], expected


def test_the_system_s_own_words_are_told_in_chinese(tmp_path: Path) -> None:
    ended = CliRunner().invoke(
        cli.app,
        ["world", "--out", str(tmp_path / "file" / "x"), "--orders", "10", "--faults", "0"],
        env={"COUNTERFOIL_LANG": "zh"},
    )
    assert ended.exit_code == 0
    (tmp_path / "plain").write_text("")
    ended = CliRunner().invoke(
        cli.app,
        ["world", "--out", str(tmp_path / "plain" / "x"), "--orders", "10", "--faults", "0"],
        env={"COUNTERFOIL_LANG": "zh"},
    )
    assert ended.exit_code == 2
    assert HAN.search(ended.output)
    assert english_in(ended.output) == []


def test_a_long_text_that_nobody_knows_is_given_up_at_once() -> None:
    """As a regular expression, the patterns would try every way to cut it, for hours."""
    long = "a: b: expected c, found d; known are e" * 20_000
    assert in_chinese(f"{long}!") == f"{long}!" or HAN.search(in_chinese(f"{long}!"))


def complaints(code: str, table: str) -> list[str]:
    sources = [Source(path="src/counterfoil/x.py", text=code), Source(path=error_words.TABLE, text=table)]
    return [complaint.text for complaint in error_words.check_tree(sources)]


def test_the_lint_finds_what_is_said_in_one_language_only() -> None:
    table = '[messages]\n"{}: no" = "{0}：不"\n[phrases]\n'
    assert complaints('raise BadOption(f"{name}: no")', table) == []
    (missing, nowhere) = complaints('raise BadOption(f"{name}: never")', table)
    assert "has no Chinese for '{}: never'" in missing
    assert nowhere == "'{}: no' is said nowhere"
    assert complaints('raise errors.BadFile(file=name, expected="a file", found=found)\nBadOption(f"{x}: no")', table)
    (uneven,) = complaints('BadOption(f"{x}: no")', table.replace("{0}", ""))
    assert "is not filled in with the same things" in uneven
    (unknown,) = complaints('BadOption(f"{x}: no")', f'{table}[pages]\n"no such" = {{en = "no", zh = "无"}}')
    assert "is no message that a page could be told otherwise" in unknown
    assert complaints("BadOption(_TEXT)\nBadOption(f'{x}: no')", table) == [], "a text in both languages needs none"
