"""What can be chosen for an audit in the browser: as the command takes it, and refused in both languages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.audit import outcome
from counterfoil.audit.intake.options import IntakeOptions
from counterfoil.audit.moments import moment_asked
from counterfoil.audit.run import AuditRequest
from counterfoil.currencies import CURRENCIES
from counterfoil.desk.audits import auditing
from counterfoil.desk.audits.choices import Choice, Choices, choices_in
from counterfoil.desk.audits.choosing import DOCUMENT, Tried, read_choices, try_mapping
from counterfoil.desk.audits.folders import Folder
from counterfoil.desk.audits.model import MAPPING_BYTES_MAX
from counterfoil.desk.audits.refusals import AuditRefusal
from counterfoil.errors import BadInput, BadOption
from counterfoil.languages import Language
from counterfoil.moments import EARLIEST_YEAR, LATEST_YEAR
from counterfoil.refusals import Refused
from tests.audit.readers.mappings import documented

UNUSABLE = [
    (Choice.AS_OF, "yesterday", AuditRefusal.AS_OF_UNUSABLE, "such as 2026-03-01T12:00:00+08:00", "应为带时差的时间"),
    (Choice.AS_OF, "2026-03-01", AuditRefusal.AS_OF_UNUSABLE, "found '2026-03-01'", "实为 '2026-03-01'"),
    (Choice.AS_OF, "2026-03-01T12:00:00", AuditRefusal.AS_OF_UNUSABLE, "a time with its offset", "应为带时差的时间"),
    (Choice.AS_OF, "1066-10-14T09:00:00Z", AuditRefusal.AS_OF_UNUSABLE, "expected a year from", "之间的年份"),
    (
        Choice.TIME_ZONE,
        "Shanghai",
        AuditRefusal.TIME_ZONE_UNKNOWN,
        "a name such as Asia/Shanghai",
        "应写作 Asia/Shanghai",
    ),
    (Choice.TIME_ZONE, "+08:00", AuditRefusal.TIME_ZONE_UNKNOWN, "found '+08:00'", "实为 '+08:00'"),
    (Choice.TIME_ZONE, "../../etc/passwd", AuditRefusal.TIME_ZONE_UNKNOWN, "No time zone", "没有这个时区"),
    (Choice.TIME_ZONE, "Asia", AuditRefusal.TIME_ZONE_UNKNOWN, "found 'Asia'", "实为 'Asia'"),
    (Choice.TIME_ZONE, "a\x00b", AuditRefusal.TIME_ZONE_UNKNOWN, "No time zone", "没有这个时区"),
    (Choice.CURRENCY, "yuan", AuditRefusal.CURRENCY_UNKNOWN, "an ISO 4217 code such as CNY", "应为 ISO 4217 代码"),
    (Choice.CURRENCY, "cny", AuditRefusal.CURRENCY_UNKNOWN, "found 'cny'", "实为 'cny'"),
    (Choice.YEAR, "26", AuditRefusal.YEAR_UNUSABLE, "expected a year from", "之间的年份，实为 26"),
    (Choice.YEAR, "this year", AuditRefusal.YEAR_UNUSABLE, "found this year", "实为 this year"),
    (Choice.YEAR, "9" * 5_000, AuditRefusal.YEAR_UNUSABLE, "expected a year from", "之间的年份"),
    (Choice.YEAR, "２０２６", AuditRefusal.YEAR_UNUSABLE, "found ２０２６", "实为 ２０２６"),
]


@pytest.mark.parametrize(("choice", "typed", "code", "english", "chinese"), UNUSABLE)
def test_what_the_command_refuses_is_refused_by_name_in_both_languages(
    choice: Choice, typed: str, code: AuditRefusal, english: str, chinese: str
) -> None:
    no = read_choices({choice: typed})
    assert not isinstance(no, Choices)
    assert list(no) == [choice]
    assert no[choice].code is code
    assert english in no[choice].said(Language.EN)
    assert chinese in no[choice].said(Language.ZH)
    # The name of the command's option means nothing on a page.
    assert "--" not in no[choice].said(Language.EN) + no[choice].said(Language.ZH)


def test_every_field_that_cannot_be_used_says_so_at_once() -> None:
    no = read_choices({Choice.AS_OF: "now", Choice.TIME_ZONE: "here", Choice.CURRENCY: "gold", Choice.YEAR: "2026"})
    assert not isinstance(no, Choices)
    assert set(no) == {Choice.AS_OF, Choice.TIME_ZONE, Choice.CURRENCY}


def test_nothing_typed_chooses_nothing() -> None:
    assert read_choices({}) == read_choices(dict.fromkeys(Choice, "")) == Choices()
    assert not Choices().are_any


@given(
    typed=st.text(max_size=30)
    | st.datetimes(timezones=st.none() | st.timezones()).map(lambda moment: moment.isoformat())
    | st.integers().map(str)
)
def test_the_page_and_the_command_agree_on_what_can_be_used(typed: str) -> None:
    def takes(tried: Callable[[], object]) -> bool:
        try:
            tried()
        except BadInput:
            return False
        return True

    by_command = {
        Choice.AS_OF: takes(lambda: moment_asked(typed)),
        Choice.TIME_ZONE: takes(lambda: IntakeOptions(scratch=Path(), time_zone=typed)),
        Choice.CURRENCY: takes(lambda: IntakeOptions(scratch=Path(), currency=typed)),
        Choice.YEAR: typed.isascii() and typed.isdecimal() and EARLIEST_YEAR <= int(typed) <= LATEST_YEAR,
    }
    for choice, is_usable in by_command.items():
        assert isinstance(read_choices({choice: typed}), Choices) is (is_usable or typed == "")


@given(
    chosen=st.builds(
        Choices,
        as_of=st.none() | st.datetimes(timezones=st.just(UTC)),
        time_zone=st.none() | st.timezones().map(str),
        currency=st.none() | st.sampled_from(sorted(CURRENCIES)),
        year=st.none() | st.integers(EARLIEST_YEAR, LATEST_YEAR),
        mapping=st.none() | st.text(min_size=1),
    )
)
def test_choices_are_kept_as_they_are(chosen: Choices) -> None:
    assert choices_in(chosen.document()) == chosen
    assert choices_in(None) == Choices()


@pytest.mark.parametrize(
    ("content", "code", "english", "chinese"),
    [
        (b"", AuditRefusal.MAPPING_MISSING, "No mapping came along", "没有收到映射文件"),
        (b"#" * (MAPPING_BYTES_MAX + 1), AuditRefusal.MAPPING_TOO_LARGE, "larger than 256 KB", "超过 256 KB"),
        (
            b"[[files",
            AuditRefusal.MAPPING_UNUSABLE,
            "m.toml: expected a mapping in TOML",
            "m.toml：应为 TOML 格式的映射",
        ),
        (b"\xff\xfe", AuditRefusal.MAPPING_UNUSABLE, "expected a mapping in TOML", "应为 TOML 格式的映射"),
        (b"x = 1", AuditRefusal.MAPPING_UNUSABLE, "x is unknown", "x 未知"),
        (b"x = " + b"[" * 50_000, AuditRefusal.MAPPING_UNUSABLE, "expected a mapping in TOML", "应为 TOML 格式的映射"),
        (b"a" + b".a" * 50_000 + b"=1", AuditRefusal.MAPPING_UNUSABLE, "at most 200 dots", "每行最多 200 个点"),
        (b"x" * 9_000 + b" = 1", AuditRefusal.MAPPING_UNUSABLE, "xxx…. Mend it", "xxx…。请修正"),
        (
            documented("toml").replace('done = "paid"', 'done = "payed"').encode(),
            AuditRefusal.MAPPING_UNUSABLE,
            "columns.state.words.done wants one of open, paid",
            "应为",
        ),
        (
            documented("toml").replace('"^[0-9]+$"', '"(?=x)."').encode(),
            AuditRefusal.MAPPING_UNUSABLE,
            "where[0].matches cannot be used",
            "where[0].matches 不能使用",
        ),
    ],
)
def test_a_mapping_that_cannot_be_used_is_refused_by_name_in_both_languages(
    content: bytes, code: AuditRefusal, english: str, chinese: str
) -> None:
    no = try_mapping("m.toml", content)
    assert isinstance(no, Refused)
    assert no.code is code
    assert english in no.said(Language.EN)
    assert chinese in no.said(Language.ZH)
    assert no.said(Language.EN).isprintable()


@given(content=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_whatever_is_sent_as_a_mapping_is_refused_and_never_a_fault(content: bytes) -> None:
    assert isinstance(try_mapping("../../etc/m.toml", content), Refused)


def test_a_mapping_is_shown_by_a_name_that_leads_nowhere() -> None:
    tried = try_mapping("../../etc/m.toml", documented("toml").encode())
    assert isinstance(tried, Tried)
    assert tried.name == "m.toml"


def test_what_was_chosen_is_handed_to_the_audit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Folder(tmp_path / "audit")
    folder.make()
    folder.keep_mapping(documented("toml").encode())
    as_of = datetime(2026, 3, 1, 12, tzinfo=UTC)
    chosen = Choices(as_of=as_of, time_zone="Asia/Tokyo", currency="JPY", year=2024, mapping="m.toml")
    asked = {
        "names": ["a.csv"],
        "policy": "",
        "time_zone": "UTC",
        "currency": "CNY",
        "merchant_id": "m",
        "language": "en",
    }
    heard: list[AuditRequest] = []

    def hear(request: AuditRequest, **_more: object) -> None:
        heard.append(request)
        raise BadOption("heard")

    monkeypatch.setattr(outcome, "audit", hear)
    for document in (chosen.document(), Choices().document()):
        folder.write("request", {**asked, DOCUMENT: document})
        assert auditing.audit_in(folder) == auditing.EXIT_BAD_INPUT
    first, second = heard
    assert (first.as_of, first.time_zone, first.currency, first.year) == (as_of, "Asia/Tokyo", "JPY", 2024)
    assert [reader.name for reader in first.mapped] == ["map:Berlin till"]
    assert (second.as_of, second.time_zone, second.currency, second.year) == (None, None, "CNY", None)
    assert not second.mapped
