"""Writes the first migration from the tables as they stand: `python -m tools.first_migration`.

Only while nothing is released: from then on 0001 is history, and every change is a step of its own. The same tables
give the same file, byte for byte. With names of tables after it, it prints what would make those, for a later step.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable, SetTableComment

from counterfoil.db.rights import MERCHANTS, rights_of, security_of
from counterfoil.db.roles import Role
from counterfoil.db.tables import METADATA

if TYPE_CHECKING:
    from sqlalchemy import MetaData, Table

FILE = Path(__file__).resolve().parents[1] / "src/counterfoil/db/migrations/versions/0001_first.sql"

_HEAD = f"""\
-- Every table of the shop. Written by `python -m tools.first_migration`; frozen with the first release.
-- Keys begin with merchant_id; row-level security is forced; {Role.APPLICATION} owns nothing.

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO {Role.APPLICATION}, {Role.SEALER};
GRANT SELECT ON upkeep.revision TO {Role.APPLICATION}, {Role.SEALER};
"""

#: Runs as its owner, who may read the list of merchants (policy owner_lists) and no other row of anybody.
_MERCHANT_IDS = f"""\
-- Which merchants there are, for work in the background: ids, and nothing else of anybody.
CREATE FUNCTION public.merchant_ids() RETURNS SETOF text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET row_security = on
BEGIN ATOMIC
    SELECT merchant_id FROM public.{MERCHANTS} ORDER BY merchant_id;
END;
REVOKE ALL ON FUNCTION public.merchant_ids() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.merchant_ids() TO {Role.APPLICATION}, {Role.SEALER};
"""  # noqa: S608  # names of ours, for a file that people read

#: About the database as a whole, so of no merchant.
_BACKUPS = f"""\
-- The backups that were finished and checked; `counterfoil db status` shows the last one.
CREATE TABLE upkeep.backups (
    taken_at timestamptz NOT NULL,
    file text NOT NULL,
    revision text NOT NULL,
    bytes bigint NOT NULL,
    sha256 text NOT NULL,
    CONSTRAINT backups_key PRIMARY KEY (taken_at, file)
);
GRANT SELECT ON upkeep.backups TO {Role.APPLICATION}, {Role.SEALER};
"""


def first_migration(metadata: MetaData) -> str:
    """Return the SQL that makes every table of the metadata."""
    parts = [_HEAD, *(table_sql(table) for table in metadata.sorted_tables)]
    if MERCHANTS in metadata.tables:
        parts.append(_MERCHANT_IDS)
    parts.append(_BACKUPS)
    return "\n".join(parts)


def table_sql(table: Table) -> str:
    """Return the SQL that makes one table with its indexes, its security and its grants."""
    return "".join(f"{statement};\n" for statement in _statements(table))


def _statements(table: Table) -> Iterator[str]:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy gives this class no types
    made = (
        CreateTable(table),
        *((SetTableComment(table),) if table.comment else ()),
        *(CreateIndex(index) for index in sorted(table.indexes, key=lambda index: str(index.name))),
    )
    for element in made:
        lines = str(element.compile(dialect=dialect)).strip().splitlines()
        yield "\n".join(line.rstrip().replace("\t", "    ") for line in lines if line.strip())
    yield from security_of(table)
    yield from rights_of(table)


def main(arguments: Sequence[str]) -> int:
    """Write the file, or print the tables that are named."""
    unknown = [name for name in arguments if name not in METADATA.tables]
    if unknown:
        print(f"no such table: {', '.join(unknown)}", file=sys.stderr)
        return 2
    if arguments:
        print("\n".join(table_sql(METADATA.tables[name]) for name in arguments), end="")
        return 0
    FILE.write_text(first_migration(METADATA), encoding="utf-8")
    print(FILE)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
