"""Usage errors of the command line in Chinese: a missing option, a value that cannot be read, a command that is none.

Typer says them in English, in sentences of its own, and values that cannot be read in those of Pydantic. What is wrong
is taken from the error itself where it says so, and from its sentence where it does not; a test makes every one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typer._click.exceptions import ClickException

_KINDS = {"option": "选项", "argument": "参数"}

#: Sentences of Typer, and the same with what was filled in.
_SENTENCES = {
    r"Missing command\.": "缺少命令。",
    r"No such command (?P<name>'.*?')\.?": "没有命令 {name}。",
    r"No such command (?P<name>'.*?')\. Did you mean (?P<others>.*)\?": "没有命令 {name}。是不是 {others}？",
    r"No such option: (?P<name>\S+)": "没有选项 {name}。",
    r"Got unexpected extra arguments? ?\(?s?\)? ?\((?P<names>.*)\)": "多出了参数：{names}。",
    r"Option (?P<name>'.*?') requires an argument\.": "选项 {name} 需要一个值。",
    r"Option (?P<name>'.*?') requires (?P<count>\d+) arguments\.": "选项 {name} 需要 {count} 个值。",
    r"Option (?P<name>'.*?') does not take a value\.": "选项 {name} 不带值。",
    r"Argument (?P<name>'.*?') takes (?P<count>\d+) values\.": "参数 {name} 需要 {count} 个值。",
    r"(?P<value>'.*?') is not one of (?P<choices>.*)\.": "{value} 不在可选之列：{choices}。",
    r"(?P<value>'.*?') does not match the formats? (?P<formats>.*)\.": "{value} 不合格式：{formats}。",
    r"\w+ (?P<path>'.*?') does not exist\.": "{path} 不存在。",
    r"\w+ (?P<path>'.*?') is a file\.": "{path} 是文件。",
    r"\w+ (?P<path>'.*?') is a directory\.": "{path} 是文件夹。",
    r"\w+ (?P<path>'.*?') is not readable\.": "{path} 不可读。",
    r"\w+ (?P<path>'.*?') is not writable\.": "{path} 不可写。",
}
#: What Pydantic calls a value that cannot be read, by its own word for it.
_VALUES = {
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "float_parsing": "应为数字",
    "bool_parsing": "应为 true 或 false",
    "greater_than_equal": "应不小于 {ge}",
    "greater_than": "应大于 {gt}",
    "less_than_equal": "应不大于 {le}",
    "less_than": "应小于 {lt}",
    "datetime_parsing": "应为日期与时间",
    "datetime_from_date_parsing": "应为日期与时间",
    "date_parsing": "应为日期",
    "date_from_datetime_parsing": "应为日期",
}


def in_chinese(error: ClickException) -> str:
    """Return what a usage error says, in Chinese."""
    from typer._click.exceptions import BadParameter, MissingParameter, NoSuchOption

    match error:
        case MissingParameter():
            return _missing(error)
        case NoSuchOption(possibilities=others) if others:
            return f"{_sentence(error.message)}是不是 {'、'.join(sorted(others))}？"
        case BadParameter():
            hint = _hint(error)
            return f"{hint} 的值不能使用：{_value(error)}" if hint else f"值不能使用：{_value(error)}"
        case _:
            return _sentence(error.message)


def _missing(error: Any) -> str:  # noqa: ANN401 — Typer does not publish the type
    kind = error.param_type or (error.param.param_type_name if error.param is not None else "")
    choices = getattr(getattr(error.param, "type_descriptor", None), "choices", None)
    listed = f"可选：{'、'.join(str(getattr(choice, 'value', choice)) for choice in choices)}。" if choices else ""
    return f"缺少{_KINDS.get(kind, '')} {_hint(error)}。{listed}"


def _hint(error: Any) -> str:  # noqa: ANN401 — as above
    """Return which option or argument it is about, as Typer names it."""
    found = error.param_hint if error.param_hint is not None else error.param and error.param.get_error_hint()
    named = found if isinstance(found, str) or found is None else " / ".join(map(repr, found))
    return (named or "").replace("(env var: ", "（环境变量 ").replace("')", "'）")


def _value(error: Any) -> str:  # noqa: ANN401 — as above
    """Say what is wrong with a value: by Pydantic's word for it, else by the sentence."""
    errors = getattr(error.__cause__, "errors", None)
    first: Mapping[str, Any] = errors()[0] if errors is not None else {}
    words = _VALUES.get(first.get("type", ""))
    if words is None:
        return _sentence(error.message)
    return f"{words.format(**first.get('ctx', {}))}，实为 {first.get('input')!r}。"


def _sentence(message: str) -> str:
    message = message.removeprefix("Value error, ")
    for pattern, chinese in _SENTENCES.items():
        found = re.fullmatch(pattern, message, re.DOTALL)
        if found is not None:
            return chinese.format(**found.groupdict())
    return message
