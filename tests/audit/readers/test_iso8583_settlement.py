"""Messages of ISO 8583 as a table."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counterfoil.audit.readers.hashing import keyed
from counterfoil.audit.readers.iso8583_elements import element_of
from counterfoil.audit.readers.iso8583_settlement import READER
from counterfoil.currencies import NUMBERS
from counterfoil.errors import BadFile
from tests.audit.readers.files import OPTIONS, aside_of, reading_of, rows_of, totals_of, written
from tests.audit.readers.foreign import ISO8583
from tests.audit.readers.iso8583 import CARD

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import duckdb

FAILED, SALE, REQUEST, REFUND, REVERSAL, HOLD, TOTALS = range(7)


def text_of(*changes: tuple[int, Mapping[str, str]]) -> str:
    """Write the export with some of its rows changed."""
    at = dict(changes)
    return ISO8583.text(*(at.get(number, {}) for number in range(len(ISO8583.rows))))


def test_kinds_and_outcomes_follow_from_type_processing_code_and_response(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    reading = reading_of(connection, READER, written(tmp_path, ISO8583.text()))

    failed, sale, refund, reversal = rows_of(reading)
    assert [row["kind"] for row in (failed, sale, refund, reversal)] == ["sale", "sale", "refund", "reversal"]
    assert (failed["state"], sale["state"]) == ("failed", "succeeded")
    assert (sale["amount_minor"], sale["currency"], refund["amount_minor"]) == (3580, "USD", 1000)
    assert (sale["stan"], sale["rrn"], sale["approval_code"]) == ("000042", "606012000042", "A1B2C3")
    assert (sale["occurred_at"], sale["settled_on"]) == (
        datetime.fromisoformat("2026-03-01 15:59:30"),
        date(2026, 3, 2),
    )
    assert {row["source"] for row in (failed, sale, refund, reversal)} == {"settlement"}


def test_a_card_is_kept_as_its_tail_and_a_keyed_hash_and_a_masked_one_has_no_key(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    reading = reading_of(connection, READER, written(tmp_path, ISO8583.text()))

    _, sale, masked, _ = rows_of(reading)
    assert (sale["instrument_tail"], sale["instrument_key"]) == ("1111", keyed(CARD, OPTIONS.key))
    assert (masked["instrument_tail"], masked["instrument_key"]) == ("1111", None)
    assert CARD not in str(rows_of(reading))
    assert CARD not in str(aside_of(reading))


def test_a_reversal_names_its_original_by_element_90_else_by_its_own_reference(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    named = rows_of(reading_of(connection, READER, written(tmp_path, ISO8583.text())))[-1]
    bare = rows_of(reading_of(connection, READER, written(tmp_path, text_of((REVERSAL, {"DE90": ""})))))[-1]

    assert named["original_reference"] == "606012000042"
    assert bare["original_reference"] == "606012000099"


def test_a_request_and_its_answer_are_one_record_and_a_request_alone_is_pending(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    reading = reading_of(connection, READER, written(tmp_path, ISO8583.text()))
    assert aside_of(reading)["same_message"] == [(4, None, "0200")]

    lost = written(tmp_path, text_of((REQUEST, {"DE11": "000045"}), (TOTALS, {"DE76": "1"})))
    alone = next(row for row in rows_of(reading_of(connection, READER, lost)) if row["stan"] == "000045")
    assert alone["state"] == "pending"


def test_a_repeat_is_one_record_and_a_trace_number_used_anew_is_two(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    like_the_sale = {"DE11": "000042", "DE39": "00"}
    repeated = written(tmp_path, text_of((FAILED, like_the_sale | {"DE37": "606012000042"})))
    assert [row["stan"] for row in rows_of(reading_of(connection, READER, repeated))].count("000042") == 1

    anew = written(tmp_path, text_of((FAILED, like_the_sale), (TOTALS, {"DE76": "2", "DE88": "7160"})))
    assert [row["stan"] for row in rows_of(reading_of(connection, READER, anew))].count("000042") == 2


def test_a_sound_request_counts_where_its_answer_is_broken(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    path = written(tmp_path, text_of((SALE, {"DE39": "?"}), (TOTALS, {"DE76": "", "DE88": ""})))

    reading = reading_of(connection, READER, path)

    assert {(row["stan"], row["state"]) for row in rows_of(reading)} >= {("000042", "pending")}


@pytest.mark.parametrize(("reason", "state"), [("98", "pending"), ("A0", "pending"), ("", "pending"), ("12", "failed")])
def test_a_code_in_the_request_of_a_reversal_may_be_its_reason(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, reason: str, state: str
) -> None:
    path = written(tmp_path, text_of((REVERSAL, {"MTI": "0400", "DE39": reason})))

    assert rows_of(reading_of(connection, READER, path))[-1]["state"] == state


def test_an_authorisation_and_a_message_of_totals_are_no_records(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    aside = aside_of(reading_of(connection, READER, written(tmp_path, ISO8583.text())))

    assert aside["no_sale"] == [(7, None, "0100")]
    assert aside["totals_message"] == [(8, None, None)]


def test_an_unknown_type_or_processing_code_is_set_aside(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = written(tmp_path, text_of((FAILED, {"MTI": "9999"}), (REFUND, {"DE3": "770000"})))

    assert aside_of(reading_of(connection, READER, path))["unknown_enum_value"] == [
        (2, "MTI", "9999"),
        (5, "DE3", "770000"),
    ]


def test_totals_that_disagree_are_refused_with_both_figures(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    sound = reading_of(connection, READER, written(tmp_path, ISO8583.text()))
    assert totals_of(sound) == {"debits": ("1", "1"), "debits_minor": ("3580", "3580")}

    path = written(tmp_path, text_of((TOTALS, {"DE88": "3581"})))
    with pytest.raises(BadFile, match=r"DE88 3581.*DE88 3580"):
        reading_of(connection, READER, path)
    accepted = reading_of(connection, READER, path, replace(OPTIONS, accept_broken_totals=True))
    assert totals_of(accepted)["debits_minor"] == ("3581", "3580")


def test_amounts_with_a_point_are_major_units_and_a_mix_is_refused(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    pointed = [(number, {"DE4": "35.80", "DE88": ""}) for number in range(len(ISO8583.rows))]
    assert rows_of(reading_of(connection, READER, written(tmp_path, text_of(*pointed))))[0]["amount_minor"] == 3580

    with pytest.raises(BadFile, match="DE 4 in one way"):
        reading_of(connection, READER, written(tmp_path, text_of((SALE, {"DE4": "35.80"}))))


def test_the_year_comes_from_a_date_in_the_row_across_new_year(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    path = written(tmp_path, text_of((SALE, {"DE7": "1231235930", "DE15": "20260101"})))

    sale = next(
        row
        for row in rows_of(reading_of(connection, READER, path))
        if row["stan"] == "000042" and row["state"] == "succeeded"
    )

    assert (sale["occurred_at"], sale["settled_on"]) == (
        datetime.fromisoformat("2025-12-31 23:59:30"),
        date(2026, 1, 1),
    )


def test_without_any_year_the_option_decides_and_without_it_the_file_is_refused(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    path = written(tmp_path, text_of(*((number, {"DE15": "0302"}) for number in range(len(ISO8583.rows)))))

    sale = rows_of(reading_of(connection, READER, path, replace(OPTIONS, year=2024)))[0]
    assert (sale["occurred_at"].year, sale["settled_on"]) == (2024, date(2024, 3, 2))
    with pytest.raises(BadFile, match="--year"):
        reading_of(connection, READER, path, replace(OPTIONS, year=None))


def test_local_time_needs_the_users_zone(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    local = [label for label in ISO8583.rows[0] if label != "DE7"]
    path = written(tmp_path, _without(local))

    with pytest.raises(BadFile, match="--time-zone"):
        reading_of(connection, READER, path)
    zoned = reading_of(connection, READER, path, replace(OPTIONS, time_zone="America/New_York"))
    assert rows_of(zoned)[0]["occurred_at"] == datetime.fromisoformat("2026-03-01 15:59:30")


def _without(labels: list[str]) -> str:
    rows = tuple({label: row[label] for label in labels} for row in ISO8583.rows)
    return replace(ISO8583, rows=rows).text()


def test_without_a_currency_column_the_option_is_needed(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = written(tmp_path, _without([label for label in ISO8583.rows[0] if label != "DE49"]))

    assert rows_of(reading_of(connection, READER, path))[0]["currency"] == "USD"
    with pytest.raises(BadFile, match="--currency"):
        reading_of(connection, READER, path, replace(OPTIONS, currency=None))


def test_zeros_that_a_spreadsheet_lost_are_put_back(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    lost = [
        (number, {label: text.lstrip("0") or "0" if text else "" for label, text in row.items() if label != "DE90"})
        for number, row in enumerate(ISO8583.rows)
    ]
    whole = rows_of(reading_of(connection, READER, written(tmp_path, ISO8583.text())))
    again = rows_of(reading_of(connection, READER, written(tmp_path, text_of(*lost))))

    made = ("record_id",)
    assert [{k: v for k, v in row.items() if k not in made} for row in again] == [
        {k: v for k, v in row.items() if k not in made} for row in whole
    ]


@pytest.mark.parametrize(
    ("label", "element"),
    [
        ("de4", "4"), ("de_004", "4"), ("f4", "4"), ("bit4", "4"), ("field 39", "39"), ("de2_tail", "2"),
        ("amount", "4"), ("stan", "11"), ("rrn", "37"), ("message_type", "0"), ("de128", None), ("description", None),
        ("4", None), ("business_date", "dated"), ("mti", "0"), ("payment_id", "ours"),
    ],
)  # fmt: skip
def test_a_label_is_read_by_number_or_by_name(label: str, element: str | None) -> None:
    assert element_of(label) == element


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(number=st.sampled_from(sorted(NUMBERS)), minor=st.integers(0, 999_999_999_999))
def test_an_amount_in_minor_units_is_kept_as_it_is_in_every_currency(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, number: str, minor: int
) -> None:
    path = written(tmp_path, text_of((FAILED, {"DE49": number, "DE4": f"{minor:012}"})))

    first = rows_of(reading_of(connection, READER, path))[0]

    assert (first["currency"], first["amount_minor"]) == (NUMBERS[number], minor)
