-- name: rows_are_walled_off
-- Tables of merchants: security on and forced, and no policy beside the one that everybody has.
SELECT relname::text AS subject
FROM pg_class
WHERE oid = ANY (SELECT attrelid FROM pg_attribute WHERE attname = 'merchant_id' AND NOT attisdropped)
    AND relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
    AND (
        NOT relrowsecurity OR NOT relforcerowsecurity
        OR EXISTS (
            SELECT FROM pg_policy
            WHERE polrelid = pg_class.oid AND polname NOT IN ('own_merchant', 'owner_lists')
        )
        OR NOT EXISTS (
            SELECT FROM pg_policy
            WHERE polrelid = pg_class.oid AND polname = 'own_merchant' AND polcmd = '*'
                AND pg_get_expr(polqual, polrelid) LIKE '%merchant_id = NULLIF(current_setting(%'
                AND pg_get_expr(polwithcheck, polrelid) LIKE '%merchant_id = NULLIF(current_setting(%'
        )
        OR (relname <> 'merchants' AND EXISTS (
            SELECT FROM pg_policy WHERE polrelid = pg_class.oid AND polname = 'owner_lists'
        ))
    )

-- name: keys_begin_with_the_merchant
-- Every unique index begins with the merchant's column.
SELECT index_class.relname::text AS subject
FROM pg_index
JOIN pg_class AS index_class ON index_class.oid = indexrelid
JOIN pg_class AS table_class ON table_class.oid = indrelid
JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]
WHERE table_class.relnamespace = 'public'::regnamespace AND indisunique AND attname <> 'merchant_id'

-- name: roles_are_powerless
-- Our roles pass no wall, and none of them may become another one, or somebody who may.
SELECT mine.rolname::text AS subject
FROM pg_roles AS mine
WHERE mine.rolname IN ('counterfoil_app', 'counterfoil_sealer', 'counterfoil_owner')
    AND (
        mine.rolsuper OR mine.rolbypassrls OR mine.rolcreaterole OR mine.rolcreatedb OR mine.rolreplication
        OR EXISTS (SELECT FROM pg_auth_members WHERE member = mine.oid)
    )

-- name: grants
-- Whoever may do more than read with a table of merchants, or with a column of it.
SELECT relname::text, coalesce(nullif(grantee, 0)::regrole::text, 'PUBLIC'), privilege_type, NULL::text
FROM pg_class, aclexplode(relacl)
WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND grantee <> relowner
    AND privilege_type <> 'SELECT'
UNION ALL
SELECT relname::text, coalesce(nullif(grantee, 0)::regrole::text, 'PUBLIC'), privilege_type, attname::text
FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid, aclexplode(attacl)
WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND grantee <> relowner
    AND privilege_type <> 'SELECT'
