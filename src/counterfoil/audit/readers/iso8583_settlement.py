"""Messages of ISO 8583 as a table, one row each, as acquirers and switches hand them to a shop for settlement.

Columns: see `iso8583_elements`; kinds and outcomes: `iso8583_messages`; times: `iso8583_times`. A reversal names its
original by DE 90 (message type, trace number and time); where that row is in the file, the original's retrieval
reference is the name, else the message's own, which hosts repeat in a reversal. A message of class 05xx states totals
(DE 74 to 77 and 86 to 89), which are compared with the rows that succeeded: sales are debits, refunds are credits, and
what undoes them is counted as their reversal, voids included.

A card's number is never kept: its last four digits are, and a keyed hash where the number is not masked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.audit.readers.contract import Reading
from counterfoil.audit.readers.drafting import draft
from counterfoil.audit.readers.given_currency import currency_sql
from counterfoil.audit.readers.hashing import KeyedHash, made_id_sql, tail_sql
from counterfoil.audit.readers.iso8583_elements import MESSAGES
from counterfoil.audit.readers.iso8583_messages import (
    SAME_MESSAGE,
    amount_sql,
    amounts_are_whole,
    checks,
    messages_sql,
    places_sql,
)
from counterfoil.audit.readers.iso8583_times import refuse_untimed
from counterfoil.audit.readers.settlement_rows import kind_counts, record_columns, record_gives
from counterfoil.audit.readers.sieve import sift
from counterfoil.audit.readers.spellings import is_spelled, read_spelled
from counterfoil.audit.readers.totals import control_total, refuse_broken

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from counterfoil.audit.readers.contract import ControlTotal, ReadOptions, Sample, SourceFile
    from counterfoil.audit.readers.spellings import SpelledTable

_DEBITS = "kind = 'sale'"
_CREDITS = "kind = 'refund'"
_DEBITS_BACK = "(kind = 'reversal' AND NOT starts_with(action, '2')) OR (kind = 'void' AND action = '02')"
_CREDITS_BACK = "(kind = 'reversal' AND starts_with(action, '2')) OR (kind = 'void' AND action = '22')"
#: Data element -> our name, whether it is an amount, and the rows that it sums.
_STATED = {
    "74": ("credits", False, _CREDITS),
    "75": ("credits_reversed", False, _CREDITS_BACK),
    "76": ("debits", False, _DEBITS),
    "77": ("debits_reversed", False, _DEBITS_BACK),
    "86": ("credits_minor", True, _CREDITS),
    "87": ("credits_reversed_minor", True, _CREDITS_BACK),
    "88": ("debits_minor", True, _DEBITS),
    "89": ("debits_reversed_minor", True, _DEBITS_BACK),
}


class Iso8583Settlement:
    """Reads messages of ISO 8583 into acquirer records."""

    name = "iso8583-settlement"
    title_en = "ISO 8583 messages as a table"
    title_zh = "ISO 8583 报文清单"
    tested_on_real_files = False
    gives = record_gives(
        "settled_on", "our_reference", "original_reference", "acquirer_reference", "stan", "rrn", "approval_code",
        "terminal_id", "instrument_key", "instrument_tail",
    )  # fmt: skip

    def recognises(self, sample: Sample) -> bool:
        """Say whether the columns are data elements of messages."""
        return is_spelled(sample, MESSAGES)

    def read(self, connection: duckdb.DuckDBPyConnection, source: SourceFile, options: ReadOptions) -> Reading:
        """Turn messages into acquirer records; BadFile without currency or year, or where totals disagree."""
        table = read_spelled(connection, source, MESSAGES)
        refuse_untimed(connection, source, table, options)
        whole = amounts_are_whole(connection, source, table)
        currency = currency_sql(source, options, table.column("49") if table.has("49") else None)
        rows = f"({messages_sql(table, options, currency=currency, whole=whole)})"
        sound = sift(connection, rows, checks(table))
        sifted = sift(connection, f"({places_sql(sound.table)})", (SAME_MESSAGE,))
        totals = _totals(connection, table, rows, sifted.table, whole=whole)
        refuse_broken(source, totals, options)
        columns = record_columns("", options, _columns(KeyedHash.on(connection, options.key)))
        return Reading(
            reader=self.name,
            drafts=(draft(connection, "acquirer_records", columns, f"({_named_sql(sifted.table)})"),),
            rows_read=table.raw.rows,
            set_aside=(*table.raw.misfits, *sound.set_aside, *sifted.set_aside),
            control_totals=totals,
            counts={"rows": table.raw.rows, **kind_counts(connection, sifted.table)},
        )


def _totals(
    connection: duckdb.DuckDBPyConnection, table: SpelledTable, rows: str, records: str, *, whole: bool
) -> tuple[ControlTotal, ...]:
    """Return every figure that the file's messages of totals state, beside what its records give."""
    found = []
    stating = f"(SELECT source_line, is_answer, currency FROM {rows} WHERE kind = 'totals')"
    for element, (name, is_amount, condition) in _STATED.items():
        if not table.has(element):
            continue
        value = table.column(element)
        figure = amount_sql(value, whole=whole or not is_amount)
        # An answer repeats what was asked; where there are questions, they alone state.
        stated = connection.execute(
            f"""
            SELECT CAST(sum({figure}) AS VARCHAR), count({value})
            FROM {stating} AS t JOIN {table.raw.table} USING (source_line)
            WHERE NOT is_answer OR NOT EXISTS (SELECT 1 FROM {stating} AS q WHERE NOT q.is_answer)
            """
        ).fetchone()
        summed = "sum(amount_minor)" if is_amount else "count(*)"
        given = connection.execute(
            f"SELECT CAST(coalesce({summed}, 0) AS BIGINT) FROM {records} WHERE state = 'succeeded' AND ({condition})"
        ).fetchone()
        if stated is not None and given is not None and stated[1]:
            found.append(control_total(name, table.label(element), stated=stated[0], found=given[0]))
    return tuple(found)


def _named_sql(rows: str) -> str:
    """Return the records with the retrieval reference of the original that DE 90 names."""
    return f"""
        SELECT r.*, o.retrieval AS original_retrieval,
               CAST(row_number() OVER (PARTITION BY r.mti, r.terminal, r.account, r.trace, r.retrieval, r.time_text,
                                                    r.amount_text ORDER BY r.source_line) AS VARCHAR) AS copy
        FROM {rows} AS r
        LEFT JOIN (SELECT terminal, trace, sent, min(retrieval) AS retrieval FROM {rows} GROUP BY ALL) AS o
               ON o.terminal IS NOT DISTINCT FROM r.terminal AND o.trace = substr(r.original, 5, 6)
              AND o.sent = substr(r.original, 11, 10)
    """


def _columns(secret: KeyedHash) -> Mapping[str, str]:
    """Return our columns over the sifted messages."""
    whole_number = "CASE WHEN regexp_full_match(card, '[0-9]{12,19}') THEN card END"
    return {
        "record_id": made_id_sql(
            "kind", "acquirer", "account", "terminal", "mti", "trace", "retrieval", "time_text", "amount_text", "copy"
        ),
        "acquirer": "acquirer",
        "state": "state",
        "settled_on": "settled_on",
        "our_reference": "our_number",
        "original_reference": "CASE WHEN kind <> 'sale' THEN coalesce(original_retrieval, retrieval) END",
        "acquirer_reference": "retrieval",
        "stan": "trace",
        "rrn": "retrieval",
        "approval_code": "approval",
        "terminal_id": "terminal",
        "instrument_key": secret.sql(whole_number),
        "instrument_tail": f"CASE WHEN regexp_matches(card, '[0-9]{{4}}$') THEN {tail_sql('card')} END",
    }


READER = Iso8583Settlement()
