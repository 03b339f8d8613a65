"""What a message of ISO 8583 says: which kind of record it is, how it ended, and which rows say it once more.

Message types and codes: ISO 8583:1987. A financial message (02xx) or an advice (01x2 to 01x4) is a sale, refund or
void by the first two digits of its processing code; 04xx is a reversal. A request and its answer are one message; the
answer counts. A message without an answer is pending: nobody knows. A reversal's own code may be its reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.audit.readers.amounts import minor_sql, scale_sql
from counterfoil.audit.readers.iso4217 import letters_sql
from counterfoil.audit.readers.iso8583_times import occurred_sql, settled_sql
from counterfoil.audit.readers.sieve import Check, bad_amount, bad_time, missing_value, unknown_word
from counterfoil.audit.readers.words import translated_sql
from counterfoil.errors import BadFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from counterfoil.audit.readers.contract import ReadOptions, SourceFile
    from counterfoil.audit.readers.spellings import SpelledTable

#: Acquirer of records in a file that does not say who it is.
ACQUIRER = "iso8583"

#: The first two digits of DE 3. Goods with cash back are a sale; questions about a balance move nothing.
_CODES = {"00": "sale", "09": "sale", "20": "refund", "02": "void", "22": "void", "30": "other", "31": "other"}
#: Why a terminal reversed by itself: no answer, a wrong MAC, another fault, an answer too late.
_REASONS = ("98", "A0", "06", "68", "09")
_PENDING = ("09", "68")

_WHOLE = "[0-9]{1,16}"


def amounts_are_whole(connection: duckdb.DuckDBPyConnection, source: SourceFile, table: SpelledTable) -> bool:
    """Say whether DE 4 is in minor units, as the standard writes it; BadFile where some have a point and some not."""
    amount = table.column("4")
    row = connection.execute(
        f"""
        SELECT count(*) FILTER (contains({amount}, '.')), count(*) FILTER (regexp_full_match({amount}, '[0-9]+'))
        FROM {table.raw.table}
        """
    ).fetchone() or (0, 0)
    if row[0] and row[1]:
        raise BadFile(
            file=source.name,
            expected="DE 4 in one way: twelve digits of minor units, or every amount with its decimal point",
            found=f"{row[1]} without and {row[0]} with one",
        )
    return not row[0]


def places_sql(rows: str) -> str:
    """Return the query that tells rows which say one message again: repeats, and requests that have an answer.

    Trace numbers start anew with a batch, so answers with different retrieval references are different messages.
    """
    same = "message_class, family, terminal, account, trace, action, amount_minor, day"
    alone = "CASE WHEN trace IS NULL THEN source_line END"
    return f"""
        SELECT *, NOT is_answer AND bool_or(is_answer) OVER (PARTITION BY {same}, {alone}) AS is_answered,
               row_number() OVER (PARTITION BY {same}, {alone}, is_answer, retrieval
                                  ORDER BY state = 'succeeded' DESC, source_line) AS place
        FROM {rows}
    """


def amount_sql(column: str, *, whole: bool) -> str:
    """Return SQL for an amount in minor units, or null; needs a column `currency`."""
    if whole:
        return f"CASE WHEN regexp_full_match({column}, '{_WHOLE}') THEN TRY_CAST({column} AS BIGINT) END"
    return minor_sql(column, scale=scale_sql("currency"))


def messages_sql(table: SpelledTable, options: ReadOptions, *, currency: str, whole: bool) -> str:
    """Return the query that gives every message its meaning; values that have none are null."""
    mti = table.column("0")
    padded = f"CASE WHEN regexp_full_match({mti}, '[0-9]{{3,4}}') THEN lpad({mti}, 4, '0') END"
    return f"""
        SELECT *, {_kind_sql()} AS kind, {_state_sql()} AS state,
               {amount_sql("amount_text", whole=whole)} AS amount_minor
        FROM (
            SELECT *, substr(mti, 2, 1) AS message_class, substr(mti, 3, 1) IN ('1', '3') AS is_answer,
                   CASE WHEN substr(mti, 2, 1) = '4' THEN 'reversal' WHEN substr(mti, 3, 1) IN ('0', '1') THEN 'request'
                        WHEN substr(mti, 3, 1) IN ('2', '3') THEN 'advice' ELSE 'notice' END AS family,
                   left(code, 2) AS action
            FROM (
                SELECT source_line, {mti} AS word, {padded} AS mti, {table.column("3")} AS code_text,
                       {_full_sql(table.column("3"), 6)} AS code, {table.column("4")} AS amount_text,
                       {letters_sql(currency)} AS currency, {currency} AS currency_text,
                       {_full_sql(table.column("11"), 6)} AS trace, {_full_sql(table.column("37"), 12)} AS retrieval,
                       {table.column("38")} AS approval,
                       upper({_full_sql(table.column("39"), 2)}) AS answer, {table.column("39")} AS answer_text,
                       {table.column("41")} AS terminal, {table.column("42")} AS account,
                       coalesce({table.column("32")}, '{ACQUIRER}') AS acquirer,
                       regexp_replace({table.column("2")}, '[ -]', '', 'g') AS card,
                       {_full_sql(table.column("7"), 10)} AS sent,
                       coalesce(left(lpad({table.column("7")}, 10, '0'), 4), {table.column("13")}) AS day,
                       concat_ws(' ', {table.column("7")}, {table.column("13")}, {table.column("12")}) AS time_text,
                       {occurred_sql(table, options)} AS occurred_at, {settled_sql(table, options)} AS settled_on,
                       {table.column("90")} AS original, {table.column("ours")} AS our_number
                FROM {table.raw.table}
            )
        )
    """


def _full_sql(column: str, digits: int) -> str:
    """Return SQL for a number with the zeros before it, which a spreadsheet takes away."""
    return f"CASE WHEN length({column}) < {digits} THEN lpad({column}, {digits}, '0') ELSE {column} END"


def _kind_sql() -> str:
    return f"""
        CASE WHEN NOT coalesce(regexp_full_match(mti, '0[1-68][0-4][0-5]'), FALSE) THEN NULL
             WHEN message_class = '5' THEN 'totals'
             WHEN message_class IN ('3', '6', '8') OR (message_class = '1' AND family = 'request') THEN 'other'
             WHEN message_class = '4' THEN 'reversal'
             ELSE {translated_sql("action", _CODES)} END
    """


def _state_sql() -> str:
    reasons, pending = (", ".join(f"'{code}'" for code in codes) for codes in (_REASONS, _PENDING))
    return f"""
        CASE WHEN answer = '00' THEN 'succeeded'
             WHEN answer IS NULL OR answer IN ({pending}) THEN 'pending'
             WHEN message_class = '4' AND NOT is_answer AND answer IN ({reasons}) THEN 'pending'
             WHEN regexp_full_match(answer, '[0-9A-Z]{{2}}') THEN 'failed' END
    """


def checks(table: SpelledTable) -> Sequence[Check]:
    """Return the checks of a message, the plainest first."""
    label = table.label
    number = label("11" if table.has("11") else "37")
    return (
        missing_value(label("0"), "word IS NULL"),
        unknown_word(label("0"), "mti IS NULL OR (kind IS NULL AND message_class NOT IN ('1', '2'))", "word"),
        missing_value(label("3"), "kind IS NULL AND code IS NULL"),
        unknown_word(label("3"), "kind IS NULL", "code_text"),
        _TOTALS,
        _NO_RECORD,
        unknown_word(label("39"), "state IS NULL", "answer_text"),
        missing_value(number, "trace IS NULL AND retrieval IS NULL"),
        missing_value(label("49"), "currency_text IS NULL"),
        unknown_word(label("49"), "currency IS NULL", "currency_text"),
        bad_amount(label("4"), "amount_minor IS NULL OR amount_minor < 0", "amount_text"),
        bad_time(label("7" if table.has("7") else "12"), "occurred_at IS NULL", "time_text"),
    )


_TOTALS = Check(
    reason="totals_message",
    column="",
    fails="kind = 'totals'",
    text_en="The row states totals; they are compared with the other rows.",
    text_zh="该行为结算合计，已与其他行核对。",
    why="by_rule",
)
_NO_RECORD = Check(
    reason="no_sale",
    column="",
    fails="kind = 'other'",
    found="mti",
    text_en="The message moves no money: an authorisation, a batch upload, a question or a word between machines.",
    text_zh="该报文不涉及资金变动：预授权、批上送、查询或管理类报文。",
    why="by_rule",
)
#: Sifted behind the others, so that a sound request counts where its answer is broken.
SAME_MESSAGE = Check(
    reason="same_message",
    column="",
    fails="place > 1 OR is_answered",
    found="mti",
    text_en="Another row is the answer to this message, or repeats it, and counts.",
    text_zh="该报文的应答或重发已在另一行，以另一行为准。",
    why="by_rule",
)
