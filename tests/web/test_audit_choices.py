"""The page of an audit takes what the command can be told: kept, shown, handed on, or refused beside its field."""

from __future__ import annotations

from datetime import datetime

import httpx
import pytest

from counterfoil.desk.audits.model import MAPPING_BYTES_MAX, State
from counterfoil.jobs import tasks
from counterfoil.languages import Language
from counterfoil.shop.staff.model import Role
from tests.audit.readers.mappings import documented
from tests.counter.counters import counter as counter
from tests.counter.counters import town as town
from tests.web.audits import BILL, Office
from tests.web.audits import office as office
from tests.web.audits import quick as quick
from tests.web.desk import form_on, read, send
from tests.web.shop import hire, leads_to

TABLE = "sales-2025-01.csv"
CONTENT = documented("csv").encode()
MAPPING = documented("toml").encode()


def choose(office: Office, audit_id: str, **typed: str) -> httpx.Response:
    return send(office.visitor, form_on(office.page(audit_id), "/choices"), **typed)


def send_mapping(office: Office, audit_id: str, content: bytes, name: str = "till.toml") -> httpx.Response:
    form = form_on(office.page(audit_id), "/mapping")
    sent = {"mapping": (name, content)}
    return office.visitor.client.post(form.action, data=form.fields, files=sent, follow_redirects=False)


@pytest.mark.usefixtures("quick")
def test_what_is_chosen_is_kept_shown_and_judged_by(office: Office) -> None:
    audit_id = office.begin()
    office.put(audit_id, "bill.csv", BILL.read_bytes())
    as_of = "2019-02-25T12:00:00+08:00"
    answer = choose(office, audit_id, as_of=as_of, time_zone="Asia/Tokyo", currency="USD", year=" 2019 ")
    assert leads_to(answer) == f"/office/audits/{audit_id}"
    page = office.page(audit_id)
    assert f'value="{as_of}"' in page.text
    assert "Time zone of the files Asia/Tokyo Currency of the files USD Year of the files 2019" in read(page)
    assert leads_to(choose(office, audit_id, as_of=as_of, time_zone="Asia/Tokyo", currency="USD", year="2019"))
    assert "This was done before" in read(office.page(audit_id))
    office.run(audit_id)
    assert office.state(audit_id) is State.DONE
    summary = office.counter.value("SELECT summary FROM audits WHERE audit_id = :id", id=audit_id)
    assert isinstance(summary, dict)
    assert datetime.fromisoformat(summary["as_of"]) == datetime.fromisoformat(as_of)
    # What it was asked stays with its figures, when the folder is gone.
    office.folder(audit_id).remove()
    said = read(office.page(audit_id))
    assert "Time zone of the files Asia/Tokyo Currency of the files USD Year of the files 2019" in said
    assert "the newest event" not in said


@pytest.mark.usefixtures("quick")
def test_what_is_typed_and_not_kept_is_what_the_audit_is_run_with(office: Office) -> None:
    audit_id = office.begin()
    office.put(audit_id, "bill.csv", BILL.read_bytes())
    as_of = "2019-02-25T12:00:00+08:00"
    assert leads_to(choose(office, audit_id, as_of=as_of, time_zone="Asia/Tokyo"))
    form = form_on(office.page(audit_id), "/run")
    answer = send(office.visitor, form, as_of=as_of, time_zone="", currency="USD", year="2019")
    assert leads_to(answer) == f"/office/audits/{audit_id}"
    assert office.state(audit_id) is State.WAITING
    again = send(office.visitor, form, as_of="", time_zone="", currency="EUR", year="")
    assert leads_to(again), "pressed twice, it is run once, as it was asked first"
    tasks.run_audits(office.work(), merchant_id=office.counter.merchant_id)
    assert office.state(audit_id) is State.DONE
    said = read(office.page(audit_id))
    assert "Currency of the files USD Year of the files 2019" in said
    assert "Time zone of the files" not in said
    summary = office.counter.value("SELECT summary FROM audits WHERE audit_id = :id", id=audit_id)
    assert isinstance(summary, dict)
    assert datetime.fromisoformat(summary["as_of"]) == datetime.fromisoformat(as_of)


def test_what_cannot_be_used_when_it_is_run_is_said_beside_its_field_and_nothing_runs(office: Office) -> None:
    audit_id = office.begin()
    office.put(audit_id, "bill.csv", BILL.read_bytes())
    assert leads_to(choose(office, audit_id, currency="USD"))
    typed = {"as_of": "", "time_zone": "Atlantis", "currency": "EUR", "year": "26"}
    answer = send(office.visitor, form_on(office.page(audit_id), "/run"), **typed)
    assert answer.status_code == 409
    assert answer.text.count('aria-invalid="true"') == 2
    for name, value in typed.items():
        assert f'id="{name}" name="{name}" type="text" value="{value}"' in answer.text
    assert office.state(audit_id) is State.COLLECTING
    assert 'value="USD"' in office.page(audit_id).text


def test_the_fields_and_the_button_that_runs_are_one_form_whose_enter_key_keeps(office: Office) -> None:
    """The first button of a form is what Enter in a field presses: it keeps, and runs nothing."""
    audit_id = office.begin()
    office.put(audit_id, "bill.csv", BILL.read_bytes())
    page = office.page(audit_id).text
    forms = [part.partition("</form>")[0] for part in page.split("<form ")[1:]]
    (form,) = [form for form in forms if "/run" in form]
    assert all(f'name="{name}"' in form for name in ("as_of", "time_zone", "currency", "year"))
    assert form.index("Keep these choices") < form.index("formaction")


@pytest.mark.usefixtures("quick")
def test_where_nothing_is_chosen_the_newest_event_is_the_moment(office: Office) -> None:
    audit_id = office.begin()
    office.put(audit_id, "bill.csv", BILL.read_bytes())
    assert "Judged as of" not in read(office.page(audit_id)).partition("More choices")[0]
    office.run(audit_id)
    assert "the newest event" in read(office.page(audit_id))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            Language.EN,
            (
                "No moment to judge at: expected a time with its offset",
                "No time zone: expected a name such as Asia/Shanghai, found 'Atlantis'",
                "No currency: expected an ISO 4217 code such as CNY, found 'gold'",
                "No year: expected a year from",
            ),
        ),
        (
            Language.ZH,
            (
                "审计时刻不可用：应为带时差的时间",
                "没有这个时区：应写作 Asia/Shanghai 这样的名称，实为 'Atlantis'",
                "没有这个币种：应为 ISO 4217 代码，如 CNY，实为 'gold'",
                "年份不可用：应为",
            ),
        ),
    ],
)
def test_what_cannot_be_used_is_said_beside_its_field_and_nothing_is_kept(
    office: Office, language: Language, said: tuple[str, ...]
) -> None:
    hire(office.counter.database, office.counter.merchant_id, "lin", Role.FINANCE, language=language)
    office.visitor.sign_in("lin")
    audit_id = office.begin()
    typed = {"as_of": "2026-03-01T12:00:00", "time_zone": "Atlantis", "currency": "gold", "year": "26"}
    answer = choose(office, audit_id, **typed)
    assert answer.status_code == 409
    page = answer.text.replace("&#39;", "'")
    for sentence in said:
        assert sentence in page
    for name, value in typed.items():
        assert f'id="{name}" name="{name}" type="text" value="{value}"' in page
    assert page.count('aria-invalid="true"') == len(typed)
    assert '<details class="fold" open>' in page
    assert office.kept() == set()


def test_one_field_that_cannot_be_used_keeps_the_others_as_they_were(office: Office) -> None:
    audit_id = office.begin()
    assert leads_to(choose(office, audit_id, currency="USD"))
    answer = choose(office, audit_id, currency="EUR", time_zone="Atlantis")
    assert answer.status_code == 409
    assert answer.text.count('aria-invalid="true"') == 1
    assert 'value="USD"' in office.page(audit_id).text


@pytest.mark.usefixtures("quick")
def test_a_table_that_nobody_knows_is_read_by_the_mapping_that_came_before_it(office: Office) -> None:
    audit_id = office.begin()
    assert office.put(audit_id, TABLE, CONTENT).status_code == 409
    assert leads_to(send_mapping(office, audit_id, MAPPING)) == f"/office/audits/{audit_id}"
    assert "Mapping till.toml" in read(office.page(audit_id))
    assert office.put(audit_id, TABLE, CONTENT).status_code == 200
    assert f"{TABLE} map:Berlin till" in read(office.page(audit_id))
    office.run(audit_id)
    assert office.state(audit_id) is State.DONE
    said = read(office.page(audit_id))
    assert f"{TABLE} map:Berlin till 5 rows read" in said
    assert "Mapping till.toml" in said


@pytest.mark.parametrize("language", Language)
def test_a_mapping_that_cannot_be_used_is_said_and_the_one_before_stays(office: Office, language: Language) -> None:
    hire(office.counter.database, office.counter.merchant_id, "lin", Role.FINANCE, language=language)
    office.visitor.sign_in("lin")
    audit_id = office.begin()
    assert leads_to(send_mapping(office, audit_id, MAPPING))
    before = {path: (office.folder(audit_id).path / path).read_bytes() for path in ("mapping.toml", "choices.json")}
    for content, english, chinese in (
        (b"", "No mapping came along", "没有收到映射文件"),
        (b"[[files", "bad.toml: expected a mapping in TOML", "bad.toml：应为 TOML 格式的映射"),
        (b"#" * (MAPPING_BYTES_MAX + 1), "larger than 256 KB", "超过 256 KB"),
        (b"<script> = 1", "The mapping was not taken", "未接收映射"),
    ):
        answer = send_mapping(office, audit_id, content, "bad.toml")
        assert answer.status_code == 409
        assert (english if language is Language.EN else chinese) in answer.text
        assert 'aria-invalid="true"' in answer.text
        assert {path: (office.folder(audit_id).path / path).read_bytes() for path in before} == before
    assert send_mapping(office, audit_id, b"#" * (5 << 20)).status_code == 413


def test_no_file_loses_the_mapping_that_alone_makes_it_known(office: Office) -> None:
    audit_id = office.begin()
    send_mapping(office, audit_id, MAPPING)
    office.put(audit_id, TABLE, CONTENT)
    other = MAPPING.replace(b'"Article", "Paid by"]', b'"Ticket"]')
    for answer in (send_mapping(office, audit_id, other), office.press(audit_id, "/mapping/removals")):
        assert answer.status_code == 409
        assert f"{TABLE}: would be none of ours then; nothing was changed." in answer.text
    assert office.folder(audit_id).mapping.read_bytes() == MAPPING
    # One that knows it under another name is taken, and the file is shown by that.
    assert leads_to(send_mapping(office, audit_id, MAPPING.replace(b"Berlin till", b"Till of Berlin")))
    assert f"{TABLE} map:Till of Berlin" in read(office.page(audit_id))
    assert office.press(audit_id, f"{audit_id}/removals").status_code == 303
    assert leads_to(office.press(audit_id, "/mapping/removals")) == f"/office/audits/{audit_id}"
    assert not office.folder(audit_id).mapping.exists()
    assert "till.toml" not in read(office.page(audit_id))


@pytest.mark.usefixtures("quick")
def test_other_choices_open_an_audit_again_that_failed_and_none_one_that_is_done(office: Office) -> None:
    audit_id = office.begin()
    lines = BILL.read_bytes().splitlines(keepends=True)
    office.put(audit_id, "cut.csv", b"".join(lines[:1] + lines[2:]))
    office.run(audit_id)
    assert office.state(audit_id) is State.FAILED
    form = form_on(office.page(audit_id), "/choices")
    mapping = form_on(office.page(audit_id), "/mapping")
    assert send(office.visitor, form, currency="USD").status_code == 303
    assert office.state(audit_id) is State.COLLECTING
    office.press(audit_id, "/removals")
    office.put(audit_id, "whole.csv", BILL.read_bytes())
    office.run(audit_id)
    assert office.state(audit_id) is State.DONE
    for typed in ({"currency": "EUR"}, {"currency": "gold"}):
        answer = send(office.visitor, form, **typed)
        assert answer.status_code == 409
        assert "what it was asked stays as it is" in answer.text
    for content in (MAPPING, b"[[files"):
        sent = {"mapping": ("till.toml", content)}
        answer = office.visitor.client.post(mapping.action, data=mapping.fields, files=sent)
        assert answer.status_code == 409
        assert "what it was asked stays as it is" in answer.text
    assert office.state(audit_id) is State.DONE


@pytest.mark.parametrize("token", [None, "", "AAAA"])
def test_a_mapping_without_a_token_of_ours_is_refused(office: Office, token: str | None) -> None:
    audit_id = office.begin()
    fields = {} if token is None else {"form_token": token}
    address = f"/office/audits/{audit_id}/mapping"
    answer = office.visitor.client.post(address, data=fields, files={"mapping": ("till.toml", MAPPING)})
    assert answer.status_code == 419
    assert office.kept() == set()
