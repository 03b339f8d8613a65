"""What PostgreSQL's own catalogue says about a database, in a form that two databases can be compared by."""

from __future__ import annotations

from collections.abc import Mapping

import psycopg

#: Schemas whose tables are of no merchant, and why. Everything else is somebody's.
OF_NO_MERCHANT: Mapping[str, str] = {
    "upkeep": "about the database as a whole: how far it is migrated, when it was backed up",
    "jobs": "the queue of procrastinate, which knows no merchant; a job names its merchant in its arguments",
}

_OURS = "n.nspname NOT LIKE 'pg\\_%%' AND n.nspname <> 'information_schema' AND n.nspname <> ALL (%(others)s)"

_COLUMNS = f"""
    SELECT c.relname, a.attname, a.attnum, format_type(a.atttypid, a.atttypmod), a.attnotnull,
        pg_get_expr(d.adbin, d.adrelid), (SELECT collname FROM pg_collation WHERE oid = a.attcollation),
        a.attidentity::text, a.attgenerated::text, obj_description(c.oid, 'pg_class')
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relkind IN ('r', 'p', 'v', 'm') AND {_OURS}
    ORDER BY 1, 3
"""
_CONSTRAINTS = f"""
    SELECT c.relname, k.conname, k.contype::text, k.convalidated, pg_get_constraintdef(k.oid)
    FROM pg_constraint k
    JOIN pg_class c ON c.oid = k.conrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE {_OURS}
    ORDER BY 1, 2
"""
_INDEXES = f"""
    SELECT t.relname, c.relname, i.indisunique, pg_get_indexdef(i.indexrelid)
    FROM pg_index i
    JOIN pg_class c ON c.oid = i.indexrelid
    JOIN pg_class t ON t.oid = i.indrelid
    JOIN pg_namespace n ON n.oid = t.relnamespace
    WHERE {_OURS}
    ORDER BY 1, 2
"""
_SECURITY = f"""
    SELECT c.relname, pg_get_userbyid(c.relowner), c.relrowsecurity, c.relforcerowsecurity, p.polname, p.polcmd::text,
        p.polpermissive,
        (SELECT array_agg(CASE r WHEN 0 THEN 'public' ELSE r::regrole::text END) FROM unnest(p.polroles) r),
        pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_policy p ON p.polrelid = c.oid
    WHERE c.relkind IN ('r', 'p', 'v', 'm') AND {_OURS}
    ORDER BY 1, 5
"""
#: Whoever was granted anything, on a table, a column, a function or a sequence.
_RIGHTS = f"""
    SELECT what, name, part, coalesce(nullif(a.grantee, 0)::regrole::text, 'PUBLIC'), a.privilege_type, a.is_grantable
    FROM (
        SELECT c.relkind::text AS what, c.relname AS name, '' AS part,
            coalesce(c.relacl, acldefault('r', c.relowner)) AS acl, c.relnamespace AS home
        FROM pg_class c WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S')
        UNION ALL
        SELECT 'column', c.relname, a.attname, a.attacl, c.relnamespace
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid WHERE a.attacl IS NOT NULL
        UNION ALL
        SELECT 'function', p.proname, pg_get_functiondef(p.oid), coalesce(p.proacl, acldefault('f', p.proowner)),
            p.pronamespace
        FROM pg_proc p WHERE p.prokind = 'f'
    ) AS things
    JOIN pg_namespace n ON n.oid = things.home, aclexplode(things.acl) AS a
    WHERE {_OURS}
    ORDER BY 1, 2, 3, 4, 5
"""

QUESTIONS: Mapping[str, str] = {
    "columns": _COLUMNS,
    "constraints": _CONSTRAINTS,
    "indexes": _INDEXES,
    "security": _SECURITY,
    "rights": _RIGHTS,
}


def ask(address: str, question: str) -> list[tuple[object, ...]]:
    """Return what the catalogue answers about every table of a merchant."""
    with psycopg.connect(address) as connection:
        return connection.execute(question, {"others": list(OF_NO_MERCHANT)}).fetchall()
