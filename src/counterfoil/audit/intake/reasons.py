"""Why a row was laid aside, in words that stay the same and in a sentence of each language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from counterfoil.audit.intake.limits import AMOUNT_DIGITS_MAX, FIELD_BYTES_MAX, MEBIBYTE
from counterfoil.books.format import ID_LENGTH_MAX
from counterfoil.moments import EARLIEST_YEAR, LATEST_YEAR


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why rows took no part."""

    #: A stable word such as `unknown_enum_value`.
    word: str
    text_en: str
    text_zh: str
    #: True: the row breaks the format and is quarantined. False: a stated rule keeps it out.
    quarantines: bool = True


def _reason(word: str, text_en: str, text_zh: str) -> Reason:
    return Reason(word=word, text_en=text_en, text_zh=text_zh)


REASONS: Mapping[str, Reason] = MappingProxyType(
    {
        reason.word: reason
        for reason in (
            _reason("missing_value", "a value that must be there is missing", "必填的值为空"),
            _reason("bad_id", "not an identifier", "不是有效的编号"),
            _reason(
                "id_too_long",
                f"the identifier is longer than {ID_LENGTH_MAX} characters",
                f"编号超过 {ID_LENGTH_MAX} 个字符",
            ),
            _reason("control_character", "the text contains a NUL character", "文本中含有空字符（NUL）"),
            _reason(
                "huge_field",
                f"the field is larger than {FIELD_BYTES_MAX // MEBIBYTE} MiB",
                f"单个字段超过 {FIELD_BYTES_MAX // MEBIBYTE} MiB",
            ),
            _reason("unknown_enum_value", "not one of the words that the column allows", "不在该列允许的取值之内"),
            _reason("bad_currency", "not an ISO 4217 code of three capital letters", "不是 ISO 4217 三位大写货币代码"),
            _reason("bad_amount", "not a whole number of minor units", "金额不是以最小货币单位表示的整数"),
            _reason("negative_amount", "the amount has a minus sign", "金额带有负号"),
            _reason(
                "amount_out_of_range",
                f"the amount has more than {AMOUNT_DIGITS_MAX} digits",
                f"金额超过 {AMOUNT_DIGITS_MAX} 位数字",
            ),
            _reason("bad_number", "not a number that the column can hold", "不是该列可以容纳的数字"),
            _reason(
                "bad_time", "not a time such as 2025-01-31T09:30:00+08:00", "时间格式应如 2025-01-31T09:30:00+08:00"
            ),
            _reason(
                "time_without_offset",
                "a time without Z or an offset such as +08:00",
                "时间缺少时区偏移（如 +08:00 或 Z）",
            ),
            _reason(
                "time_out_of_range",
                f"a time before {EARLIEST_YEAR} or after {LATEST_YEAR}",
                f"时间早于 {EARLIEST_YEAR} 年或晚于 {LATEST_YEAR} 年",
            ),
            _reason("bad_date", "not a day such as 2025-01-31", "日期格式应如 2025-01-31"),
            _reason(
                "date_out_of_range",
                f"a day before {EARLIEST_YEAR} or after {LATEST_YEAR}",
                f"日期早于 {EARLIEST_YEAR} 年或晚于 {LATEST_YEAR} 年",
            ),
            _reason("bad_bool", "not true or false", "不是 true 或 false"),
            _reason("too_few_columns", "the line has fewer columns than the header", "该行的列数少于表头"),
            _reason("too_many_columns", "the line has more columns than the header", "该行的列数多于表头"),
            _reason(
                "unclosed_quote", "a quote is not closed and swallows the lines after it", "引号未闭合，吞掉了后面的行"
            ),
            _reason(
                "undecodable_text", "bytes that are no text in the file's encoding", "含有无法按文件编码解读的字节"
            ),
            _reason("broken_json", "the line is not one JSON object", "该行不是一个完整的 JSON 对象"),
            _reason("nested_value", "an object or a list where one value belongs", "该处应为单个值，却是对象或列表"),
            _reason("duplicate_key", "the primary key stands on an earlier row too", "主键与前面的行重复"),
        )
    }
)

#: Say how our own format writes a value. A bill or an export writes it otherwise: there its reader's words are said.
OF_OUR_FORMAT = frozenset({"bad_amount", "bad_time"})
