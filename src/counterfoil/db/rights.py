"""Who may do what with a table, as data and as SQL: row-level security for everybody, and grants for each role."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.dialects import postgresql

from counterfoil.db.metadata import MERCHANT_SETTING
from counterfoil.db.roles import Role

if TYPE_CHECKING:
    import sqlalchemy as sa

#: The policy that every table has: a row is there for its merchant's transactions only.
POLICY = "own_merchant"

#: Whose keys are the list of merchants; the owner's role reads it for `merchant_ids()`.
MERCHANTS = "merchants"
LISTING_POLICY = "owner_lists"

#: Outside a transaction of a merchant the setting is missing, or empty where one has gone before: no rows, no error.
_OWN_ROW = f"merchant_id = nullif(current_setting('{MERCHANT_SETTING}', true), '')"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Grant:
    """One privilege of one role on a table, or on a column of it."""

    table: str
    role: Role
    privilege: str
    #: None: on the table as a whole.
    column: str | None = None


def grants_of(table: sa.Table) -> Iterator[Grant]:
    """Yield what the roles may do with a table, as its `info` says."""
    writer = Role(table.info["writer"])
    for reader in dict.fromkeys((Role.APPLICATION, writer, *table.info["readers"])):
        yield Grant(table=table.name, role=reader, privilege="SELECT")
    yield Grant(table=table.name, role=writer, privilege="INSERT")
    for column in table.info["updatable"]:
        yield Grant(table=table.name, role=writer, privilege="UPDATE", column=table.c[column].name)
    if table.info["deletable"]:
        yield Grant(table=table.name, role=writer, privilege="DELETE")


def security_of(table: sa.Table) -> Iterator[str]:
    """Yield the statements that close a new table for everybody but its merchant."""
    name = _quoted(table.name)
    yield f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY"
    yield f"CREATE POLICY {POLICY} ON {name}\n    USING ({_OWN_ROW})\n    WITH CHECK ({_OWN_ROW})"
    if table.name == MERCHANTS:
        yield f"CREATE POLICY {LISTING_POLICY} ON {name} FOR SELECT TO {Role.OWNER} USING (true)"


def rights_of(table: sa.Table) -> Iterator[str]:
    """Yield the statements that grant the roles what they may do with a new table."""
    grants = list(grants_of(table))
    for role in dict.fromkeys(grant.role for grant in grants):
        of_role = [grant for grant in grants if grant.role is role]
        parts = [grant.privilege for grant in of_role if grant.column is None]
        columns = [_quoted(grant.column) for grant in of_role if grant.column is not None]
        if columns:
            parts.append(f"UPDATE ({', '.join(columns)})")
        yield f"GRANT {', '.join(parts)} ON {_quoted(table.name)} TO {role}"


def _quoted(name: str) -> str:
    """Quote a name of ours; they are all lower case, so only a reserved word would need it."""
    return postgresql.dialect().identifier_preparer.quote(name)  # type: ignore[no-untyped-call]  # of SQLAlchemy
