"""Lays findings and truth side by side in DuckDB: a match is the same exception, merchant and set of subjects.

Both files are read as text columns, whatever their format, and joined there; no row passes through Python.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from counterfoil.errors import BadFile, first_line
from counterfoil.paths import literal_path
from counterfoil.score.model import Confusion, DiagnosisScore, ExceptionScore, InfoCount, Score, Tally

#: What each file must have; `other_subject` may be absent from both.
_NEEDED = {
    "findings": ("exception", "diagnosis", "severity", "merchant_id", "subject"),
    "truth": ("exception", "diagnosis", "merchant_id", "subject"),
}
_MAYBE = "other_subject"
_READERS = {
    ".parquet": "read_parquet($path)",
    ".csv": "read_csv($path, header = true, all_varchar = true)",
    ".ndjson": "read_json($path, format = 'newline_delimited', columns = {columns})",
}

#: A finding or a truth, with its subjects put in one order, and how manieth it is of its exact kind.
_READ = """
CREATE TEMP TABLE {name} AS
SELECT
    exception, diagnosis, {severity} AS severity, merchant_id,
    subject IS NULL AS blank_subject,
    least(subject, coalesce(other_subject, '')) AS low_subject,
    greatest(subject, coalesce(other_subject, '')) AS high_subject,
    row_number() OVER (
        PARTITION BY exception, merchant_id, low_subject, high_subject, severity = 'info' ORDER BY diagnosis
    ) AS nth
FROM (SELECT {columns} FROM {source})
"""

_DESCRIBE = "DESCRIBE SELECT * FROM {source}"

#: Blank texts are read as null, so that a comparison with one is never true.
_BLANKS = """
SELECT count(*) FROM {name}
WHERE exception IS NULL OR diagnosis IS NULL OR severity IS NULL OR merchant_id IS NULL OR blank_subject
"""

#: Every scored finding and every truth, side by side where they match; the first of several findings may match.
_PAIRS = """
CREATE TEMP TABLE pairs AS
SELECT
    coalesce(t.exception, f.exception) AS exception,
    t.diagnosis AS truth,
    f.diagnosis AS found,
    t.exception IS NOT NULL AND f.exception IS NOT NULL AS matched,
    f.nth > 1 AS repeated
FROM truth AS t
FULL JOIN (SELECT * FROM findings WHERE severity <> 'info') AS f
    ON  t.exception = f.exception
    AND t.merchant_id = f.merchant_id
    AND t.low_subject = f.low_subject
    AND t.high_subject = f.high_subject
    AND t.nth = f.nth
"""

_BY_EXCEPTION = """
SELECT
    exception, count(truth), count(found), count(*) FILTER (WHERE matched),
    count(*) FILTER (WHERE matched AND truth = found)
FROM pairs GROUP BY exception ORDER BY exception
"""

_OVERALL = """
SELECT
    count(truth), count(found), count(*) FILTER (WHERE matched), count(*) FILTER (WHERE matched AND truth = found),
    count(*) FILTER (WHERE repeated)
FROM pairs
"""

_BY_DIAGNOSIS = """
WITH said AS (
    SELECT exception, truth AS diagnosis, 1 AS truths, 0 AS findings, (matched AND truth = found)::INT AS matched
    FROM pairs WHERE truth IS NOT NULL
    UNION ALL
    SELECT exception, found, 0, 1, 0 FROM pairs WHERE found IS NOT NULL
)
SELECT exception, diagnosis, sum(truths)::BIGINT, sum(findings)::BIGINT, sum(matched)::BIGINT
FROM said GROUP BY exception, diagnosis ORDER BY exception, diagnosis
"""

_INFO = """
SELECT exception, diagnosis, count(*) FROM findings WHERE severity = 'info'
GROUP BY exception, diagnosis ORDER BY exception, diagnosis
"""

_CONFUSIONS = """
SELECT exception, truth, found, count(*) FROM pairs WHERE matched AND truth <> found
GROUP BY exception, truth, found ORDER BY count(*) DESC, exception, truth, found
"""


def score(findings_path: Path, truth_path: Path) -> Score:
    """Score a findings file against a truth file; BadFile where one of them cannot be read as such."""
    with duckdb.connect() as connection:
        _read(connection, "findings", findings_path)
        _read(connection, "truth", truth_path)
        _refuse_twice_told(connection, truth_path)
        connection.execute(_PAIRS)
        return _score(connection)


def _score(connection: duckdb.DuckDBPyConnection) -> Score:
    ((truths, findings, matched, right, repeated),) = connection.execute(_OVERALL).fetchall()
    return Score(
        overall=ExceptionScore(
            exception="all",
            tally=Tally(truths=truths, findings=findings, matched=matched),
            diagnosis_right=right,
        ),
        exceptions=[
            ExceptionScore(
                exception=exception,
                tally=Tally(truths=truths, findings=findings, matched=matched),
                diagnosis_right=right,
            )
            for exception, truths, findings, matched, right in connection.execute(_BY_EXCEPTION).fetchall()
        ],
        diagnoses=[
            DiagnosisScore(
                exception=exception,
                diagnosis=diagnosis,
                tally=Tally(truths=truths, findings=findings, matched=matched),
            )
            for exception, diagnosis, truths, findings, matched in connection.execute(_BY_DIAGNOSIS).fetchall()
        ],
        info=[
            InfoCount(exception=exception, diagnosis=diagnosis, findings=count)
            for exception, diagnosis, count in connection.execute(_INFO).fetchall()
        ],
        confusions=[
            Confusion(exception=exception, truth=truth, found=found, findings=count)
            for exception, truth, found, count in connection.execute(_CONFUSIONS).fetchall()
        ],
        repeated=repeated,
    )


def _read(connection: duckdb.DuckDBPyConnection, name: str, path: Path) -> None:
    """Read a file into a table of its name, with its subjects in order."""
    if not path.is_file():
        raise BadFile(file=path.name, expected=f"a file with {name}", found="none there")
    if path.suffix not in _READERS:
        raise BadFile(file=path.name, expected=f"a name that ends in {', '.join(_READERS)}", found=repr(path.suffix))
    with _told_as_bad(path, name):
        there = _columns_there(connection, path)
        missing = [column for column in _NEEDED[name] if column not in there]
        if missing:
            raise BadFile(
                file=path.name, expected=f"{name} with the columns {', '.join(_NEEDED[name])}",
                found=f"no {', '.join(missing)}",
            )  # fmt: skip
        columns = [f"nullif({column}::VARCHAR, '') AS {column}" for column in _NEEDED[name]]
        columns.append(f"nullif({_MAYBE}::VARCHAR, '') AS {_MAYBE}" if _MAYBE in there else f"NULL AS {_MAYBE}")
        severity = "severity" if name == "findings" else "'scored'"
        connection.execute(
            _READ.format(name=name, severity=severity, columns=", ".join(columns), source=_source(path)),
            {"path": literal_path(path)},
        )
    _refuse_blanks(connection, name, path)


def _columns_there(connection: duckdb.DuckDBPyConnection, path: Path) -> list[str]:
    # For NDJSON `_source` names the columns that it wants, so their absence would not show.
    source = "read_json($path, format = 'newline_delimited')" if path.suffix == ".ndjson" else _source(path)
    connection.execute(_DESCRIBE.format(source=source), {"path": literal_path(path)})
    return [column for column, *_ in connection.fetchall()]


def _source(path: Path) -> str:
    texts = ", ".join(f"{column}: 'VARCHAR'" for column in (*_NEEDED["findings"], _MAYBE))
    return _READERS[path.suffix].replace("{columns}", "{" + texts + "}")


@contextmanager
def _told_as_bad(path: Path, name: str) -> Iterator[None]:
    """Tell in one line what DuckDB could not read."""
    try:
        yield
    except duckdb.Error as error:
        raise BadFile(file=path.name, expected=f"{name} as {path.suffix[1:]}", found=first_line(error)) from error


def _refuse_blanks(connection: duckdb.DuckDBPyConnection, name: str, path: Path) -> None:
    (count,) = connection.execute(_BLANKS.format(name=name)).fetchone() or (0,)
    if count:
        expected = f"{name} whose {', '.join(_NEEDED[name])} are all filled in"
        raise BadFile(file=path.name, expected=expected, found=f"{count} rows with a blank")


def _refuse_twice_told(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    (count,) = connection.execute("SELECT count(*) FROM truth WHERE nth > 1").fetchone() or (0,)
    if count:
        expected = "each set of subjects at most once in an exception"
        raise BadFile(file=path.name, expected=expected, found=f"{count} rows that repeat one")
