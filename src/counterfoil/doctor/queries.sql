-- name: money_is_on_slips
-- What a closed order's payments come to, beside what its original slips say; while one is under way, neither is final.
WITH money AS (
    SELECT
        order_id,
        sum(amount_minor) FILTER (WHERE kind = 'sale' AND state = 'approved' AND standing IS DISTINCT FROM 'voided')
            AS held,
        sum(amount_minor) FILTER (WHERE kind = 'refund' AND state = 'approved') AS refunded,
        bool_or(state IN ('intended', 'unknown') OR standing IN ('void_intended', 'void_unknown')) AS under_way
    FROM payments
    WHERE merchant_id = $1 AND entered_by = 'counter'
    GROUP BY order_id
),
told AS (
    SELECT
        order_id,
        sum(CASE kind WHEN 'sale' THEN amount_minor WHEN 'void' THEN -amount_minor WHEN 'refund' THEN -amount_minor END)
            AS net
    FROM slips
    WHERE merchant_id = $1 AND entered_by = 'counter' AND copy_no = 0
    GROUP BY order_id
)
SELECT 'order:' || orders.order_id AS subject
FROM orders
LEFT JOIN money USING (order_id)
LEFT JOIN told USING (order_id)
WHERE merchant_id = $1 AND entered_by = 'counter' AND NOT coalesce(training, false) AND state IN ('paid', 'voided')
    AND NOT coalesce(under_way, false)
    AND coalesce(held, 0) - coalesce(refunded, 0) <> coalesce(net, 0)
    AND NOT EXISTS (
        SELECT FROM findings
        WHERE findings.merchant_id = $1 AND gone_at IS NULL
            AND ('order:' || orders.order_id IN (subject, other_subject) OR subject IN (
                SELECT 'payment:' || payment_id FROM payments AS paid
                WHERE paid.merchant_id = $1 AND paid.order_id = orders.order_id
            ))
    )

-- name: money_is_at_the_acquirer
-- A record of the same id tells another amount; or there is none, although later bills of that acquirer are here.
WITH theirs AS (
    SELECT
        our_reference,
        bool_or(payments.amount_minor <> record.amount_minor OR payments.currency <> record.currency) AS differs
    FROM acquirer_records AS record
    JOIN payments ON payments.merchant_id = $1 AND payment_id = our_reference AND payments.kind = record.kind
    WHERE record.merchant_id = $1 AND record.state = 'succeeded'
    GROUP BY our_reference
),
billed AS (
    SELECT acquirer, max(occurred_at) AS through
    FROM acquirer_records
    WHERE merchant_id = $1 AND coalesce(source, 'bill') IN ('bill', 'settlement')
    GROUP BY acquirer
)
SELECT 'payment:' || payment_id AS subject
FROM payments
LEFT JOIN theirs ON our_reference = payment_id
LEFT JOIN billed ON billed.acquirer = payments.acquirer
WHERE merchant_id = $1 AND entered_by = 'counter' AND state = 'approved' AND payments.acquirer IS NOT NULL
    AND (
        differs
        OR (our_reference IS NULL AND occurred_at < through - interval '3 days'
            AND payments.kind IN ('sale', 'refund') AND standing IS DISTINCT FROM 'voided')
    )
    AND NOT EXISTS (
        SELECT FROM findings
        WHERE findings.merchant_id = $1 AND gone_at IS NULL
            AND ('payment:' || payment_id IN (subject, other_subject)
                OR 'order:' || payments.order_id IN (subject, other_subject))
    )

-- name: charge_has_one_order
-- A charge that is a day old, is not one order's by our id or their reference, and was not undone.
WITH charge AS (
    SELECT *
    FROM acquirer_records
    WHERE merchant_id = $1 AND entered_by = 'counter' AND kind = 'sale' AND state = 'succeeded'
        AND occurred_at < $2 - interval '24 hours'
),
paid AS (
    SELECT payment_id, order_id, acquirer, acquirer_reference, rrn
    FROM payments JOIN orders USING (merchant_id, order_id)
    WHERE merchant_id = $1 AND kind = 'sale' AND (payments.state = 'approved' OR standing = 'voided')
),
belongs AS (
    SELECT record_id, order_id FROM charge JOIN paid ON payment_id = our_reference
    UNION
    SELECT record_id, order_id FROM charge JOIN paid USING (acquirer, acquirer_reference) WHERE our_reference IS NULL
    UNION
    SELECT record_id, order_id FROM charge JOIN paid USING (acquirer, rrn) WHERE our_reference IS NULL
),
undone AS (
    SELECT original_reference AS reference, amount_minor
    FROM acquirer_records
    WHERE merchant_id = $1 AND state = 'succeeded' AND kind IN ('void', 'reversal', 'refund')
    UNION
    SELECT original_payment_id, amount_minor
    FROM payments
    WHERE merchant_id = $1 AND state = 'approved' AND kind IN ('void', 'reversal', 'refund')
),
clear AS (
    SELECT record_id FROM belongs GROUP BY record_id HAVING count(*) = 1
    UNION
    SELECT record_id FROM charge JOIN undone ON reference = our_reference AND undone.amount_minor = charge.amount_minor
    UNION
    SELECT record_id
    FROM charge JOIN undone ON reference = acquirer_reference AND undone.amount_minor = charge.amount_minor
)
SELECT 'acquirer_record:' || record_id AS subject
FROM charge
WHERE NOT EXISTS (SELECT FROM clear WHERE clear.record_id = charge.record_id)
    AND NOT EXISTS (
        SELECT FROM findings
        WHERE findings.merchant_id = $1 AND gone_at IS NULL
            AND ('acquirer_record:' || record_id IN (subject, other_subject)
                OR 'payment:' || our_reference IN (subject, other_subject))
    )

-- name: request_is_one_order
-- One press of one button is one order.
SELECT 'order:' || min(order_id) AS subject
FROM orders
WHERE merchant_id = $1 AND entered_by = 'counter' AND request_id IS NOT NULL
GROUP BY request_id
HAVING count(*) > 1

-- name: order_is_charged_once
-- More is held on an order than it costs; or the acquirer knows two charges under one id of ours.
SELECT subject FROM (
    SELECT 'order:' || order_id AS subject, order_id, NULL AS payment_id
    FROM orders JOIN (
        SELECT order_id, sum(amount_minor) AS held
        FROM payments
        WHERE merchant_id = $1 AND kind = 'sale' AND state = 'approved' AND standing IS DISTINCT FROM 'voided'
            AND entered_by = 'counter'
        GROUP BY order_id
    ) AS money USING (order_id)
    WHERE merchant_id = $1 AND held > total_minor
    UNION ALL
    SELECT 'payment:' || our_reference, NULL, our_reference
    FROM acquirer_records
    WHERE merchant_id = $1 AND entered_by = 'counter' AND kind = 'sale' AND state = 'succeeded'
        AND our_reference IS NOT NULL AND acquirer_reference IS NOT NULL
    GROUP BY our_reference, acquirer
    HAVING count(DISTINCT acquirer_reference) > 1
) AS twice
WHERE NOT EXISTS (
    SELECT FROM findings
    WHERE findings.merchant_id = $1 AND gone_at IS NULL
        AND (twice.subject IN (findings.subject, findings.other_subject) OR findings.subject IN (
            SELECT 'payment:' || paid.payment_id FROM payments AS paid
            WHERE paid.merchant_id = $1 AND paid.order_id = twice.order_id
        ))
)

-- name: order_state_is_its_facts
-- The last fact that moves an order says its state; parking and recalling do not move it.
WITH last AS (
    SELECT DISTINCT ON (subject)
        substr(subject, 7) AS order_id, CASE split_part(tag, ':', 3) WHEN 'reopened' THEN 'open'
            ELSE split_part(tag, ':', 3) END AS state
    FROM journal
    WHERE merchant_id = $1 AND tag IN (
        'order:sale:open', 'order:sale:paid', 'order:sale:voided', 'order:sale:cancelled', 'order:sale:reopened'
    )
    ORDER BY subject, recorded_at DESC, fact_id DESC
)
SELECT 'order:' || orders.order_id AS subject
FROM orders LEFT JOIN last USING (order_id)
WHERE merchant_id = $1 AND entered_by = 'counter' AND orders.state IS DISTINCT FROM last.state

-- name: payment_state_is_its_facts
-- A payment begins as its sale's fact says, or as intended; each later fact that is no mere hearing moves it.
WITH told AS (
    SELECT payment.key AS payment_id, payment.value AS state, recorded_at, fact_id
    FROM journal, jsonb_each_text(body -> 'payments') AS payment
    WHERE merchant_id = $1 AND tag LIKE 'order:sale:%' AND jsonb_typeof(body -> 'payments') = 'object'
    UNION ALL
    SELECT
        substr(subject, 9),
        CASE split_part(tag, ':', 3)
            WHEN 'intended' THEN 'intended' WHEN 'approved' THEN 'approved' WHEN 'declined' THEN 'declined'
            WHEN 'silent' THEN 'unknown' WHEN 'contradicted' THEN 'unknown'
            WHEN 'withdrawn' THEN 'cancelled' WHEN 'reversed' THEN 'cancelled'
        END,
        recorded_at, fact_id
    FROM journal
    WHERE merchant_id = $1 AND tag LIKE 'payment:%' AND tag NOT LIKE '%:heard'
),
last AS (
    SELECT DISTINCT ON (payment_id) payment_id, state FROM told ORDER BY payment_id, recorded_at DESC, fact_id DESC
)
SELECT 'payment:' || payments.payment_id AS subject
FROM payments LEFT JOIN last USING (payment_id)
WHERE merchant_id = $1 AND entered_by = 'counter' AND payments.state IS DISTINCT FROM last.state

-- name: slip_state_is_its_facts
-- A slip is due until something is told of it, and then what was told last; telling moves it, and nothing else does.
WITH last AS (
    SELECT DISTINCT ON (subject) substr(subject, 6) AS slip_id, split_part(tag, ':', 3) AS state
    FROM journal
    WHERE merchant_id = $1 AND tag LIKE 'slip:%'
    ORDER BY subject, recorded_at DESC, fact_id DESC
)
SELECT 'slip:' || slips.slip_id AS subject
FROM slips LEFT JOIN last USING (slip_id)
WHERE merchant_id = $1 AND entered_by = 'counter' AND slips.state <> coalesce(last.state, 'due')

-- name: standing_is_its_facts
-- An approved sale is held from its approval on, until a void or a reversal of it says otherwise; the last word counts.
WITH told AS (
    SELECT substr(subject, 9) AS payment_id, 'held' AS standing, recorded_at, fact_id
    FROM journal
    WHERE merchant_id = $1 AND tag = 'payment:sale:approved'
    UNION ALL
    SELECT
        undo.original_payment_id,
        CASE split_part(tag, ':', 3)
            WHEN 'intended' THEN 'void_intended' WHEN 'approved' THEN 'voided'
            WHEN 'silent' THEN 'void_unknown' WHEN 'contradicted' THEN 'void_unknown' ELSE 'held'
        END,
        journal.recorded_at, fact_id
    FROM journal JOIN payments AS undo ON undo.merchant_id = $1 AND undo.payment_id = substr(subject, 9)
    -- A reversal that is only meant changes nothing yet: what it reverses is not known to have happened.
    WHERE journal.merchant_id = $1 AND (tag LIKE 'payment:void:%' OR tag LIKE 'payment:reversal:%')
        AND tag NOT LIKE '%:heard' AND tag <> 'payment:reversal:intended'
),
last AS (
    SELECT DISTINCT ON (payment_id) payment_id, standing FROM told ORDER BY payment_id, recorded_at DESC, fact_id DESC
)
SELECT 'payment:' || payments.payment_id AS subject
FROM payments LEFT JOIN last USING (payment_id)
WHERE merchant_id = $1 AND entered_by = 'counter' AND kind = 'sale' AND state = 'approved'
    AND payments.standing IS DISTINCT FROM coalesce(last.standing, 'held')

-- name: refunds_are_counted
-- Money is set aside while a refund is under way, unless it had ended before; what went back is never above the sale.
WITH refunds AS (
    SELECT
        original_payment_id AS payment_id,
        sum(amount_minor) FILTER (WHERE state IN ('intended', 'unknown') AND NOT EXISTS (
            SELECT FROM journal
            WHERE journal.merchant_id = $1 AND subject = 'payment:' || payment_id
                AND tag = 'payment:refund:contradicted'
        )) AS reserved,
        sum(amount_minor) FILTER (WHERE state = 'approved') AS refunded
    FROM payments
    WHERE merchant_id = $1 AND kind = 'refund' AND entered_by = 'counter'
    GROUP BY original_payment_id
)
SELECT 'payment:' || payments.payment_id AS subject
FROM payments LEFT JOIN refunds USING (payment_id)
WHERE merchant_id = $1 AND kind = 'sale' AND entered_by = 'counter'
    AND (
        refund_reserved_minor <> coalesce(reserved, 0)
        OR refunded_minor <> least(coalesce(refunded, 0), amount_minor - coalesce(reserved, 0))
    )

-- name: refunded_lines_are_counted
-- As above, for the quantities of each line.
WITH refunds AS (
    SELECT
        refund.order_id, refund_lines.line_no,
        sum(quantity) FILTER (WHERE state IN ('intended', 'unknown') AND NOT EXISTS (
            SELECT FROM journal
            WHERE journal.merchant_id = $1 AND subject = 'payment:' || refund.payment_id
                AND tag = 'payment:refund:contradicted'
        )) AS reserved,
        sum(quantity) FILTER (WHERE state = 'approved') AS refunded
    FROM refund_lines JOIN payments AS refund ON refund.merchant_id = $1 AND refund.payment_id = refund_lines.payment_id
    WHERE refund_lines.merchant_id = $1
    GROUP BY refund.order_id, refund_lines.line_no
)
SELECT 'order:' || line.order_id || '#' || line.line_no AS subject
FROM order_lines AS line
JOIN orders ON orders.merchant_id = $1 AND orders.order_id = line.order_id AND orders.entered_by = 'counter'
LEFT JOIN refunds ON refunds.order_id = line.order_id AND refunds.line_no = line.line_no
WHERE line.merchant_id = $1
    AND (
        refund_reserved_quantity <> coalesce(reserved, 0)
        OR refunded_quantity <> least(coalesce(refunded, 0), line.quantity - coalesce(reserved, 0))
    )

-- name: stock_is_its_movements
-- What came in, less the goods of every order that became paid; sales before the books of an item began do not count.
WITH moved AS (
    SELECT store_id, sku, sum(quantity) AS quantity, min(occurred_at) AS begun_at
    FROM stock_movements
    WHERE merchant_id = $1
    GROUP BY store_id, sku
),
paid AS (
    SELECT substr(subject, 7) AS order_id, recorded_at
    FROM journal
    WHERE merchant_id = $1 AND tag = 'order:sale:paid'
),
sold AS (
    SELECT orders.store_id, line.sku, sum(line.quantity) AS quantity
    FROM paid
    JOIN orders ON orders.merchant_id = $1 AND orders.order_id = paid.order_id AND NOT coalesce(training, false)
    JOIN order_lines AS line ON line.merchant_id = $1 AND line.order_id = paid.order_id
    LEFT JOIN moved ON moved.store_id = orders.store_id AND moved.sku = line.sku
    WHERE entered_by = 'counter' AND coalesce(line_kind, 'goods') = 'goods' AND voided_at IS NULL
        AND (begun_at IS NULL OR begun_at <= paid.recorded_at)
    GROUP BY orders.store_id, line.sku
)
SELECT 'stock:' || stock.store_id || '/' || stock.sku AS subject
FROM stock
LEFT JOIN moved USING (store_id, sku)
LEFT JOIN sold USING (store_id, sku)
WHERE merchant_id = $1 AND on_hand <> coalesce(moved.quantity, 0) - coalesce(sold.quantity, 0)

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

-- name: case_state_is_its_events
-- A case is in the state of its last event, whose number is its version.
SELECT 'case:' || cases.case_id AS subject
FROM cases
LEFT JOIN LATERAL (
    SELECT event_no, state FROM case_events
    WHERE case_events.merchant_id = $1 AND case_events.case_id = cases.case_id
    ORDER BY event_no DESC
    LIMIT 1
) AS last ON true
WHERE merchant_id = $1 AND (last.event_no, last.state) IS DISTINCT FROM (cases.version, cases.state)

-- name: acts_on_cases_are_facts
-- What a person did to a case stands in the journal, in the same words.
SELECT 'case:' || event.case_id || '#' || event.event_no AS subject
FROM (
    -- Spelt here: with row-level security, an index serves a comparison with a column only.
    SELECT *, 'case:' || case_id AS about FROM case_events WHERE merchant_id = $1 AND actor_id IS NOT NULL OFFSET 0
) AS event
WHERE NOT EXISTS (
    SELECT FROM journal
    WHERE journal.merchant_id = $1 AND journal.subject = event.about
        AND journal.actor_id = event.actor_id AND journal.occurred_at = event.occurred_at
        AND split_part(journal.tag, ':', 3) = event.kind
        AND journal.body = jsonb_strip_nulls(jsonb_build_object(
            'event_no', event.event_no, 'state', event.state, 'text', event.text
        )) || event.body
)

-- name: ties_are_facts
-- What people said that a return or an order is tied to stands in the journal, in the same words, and the other way round.
WITH said AS (
    SELECT
        noun || ':' || row_id AS subject, said_by, said_at,
        CASE noun WHEN 'return' THEN 'return:original' ELSE 'order:repeat' END
            || CASE WHEN stands THEN ':tied' ELSE ':untied' END AS tag,
        jsonb_build_object('order_id', order_id, 'tie_no', tie_no, 'case_id', case_id) AS body
    FROM ties
    WHERE merchant_id = $1
),
facts AS (
    SELECT subject, actor_id AS said_by, occurred_at AS said_at, tag, body
    FROM journal
    WHERE merchant_id = $1 AND tag IN (
        'return:original:tied', 'return:original:untied', 'order:repeat:tied', 'order:repeat:untied'
    )
)
SELECT subject FROM (SELECT * FROM said EXCEPT SELECT * FROM facts) AS unsaid
UNION
SELECT subject FROM (SELECT * FROM facts EXCEPT SELECT * FROM said) AS lost

-- name: finding_has_its_case
-- A finding stands; its case is in hand, or was closed by a person, who decided about it.
SELECT 'finding:' || found.finding_id AS subject
FROM findings AS found
LEFT JOIN case_findings AS known ON known.merchant_id = $1 AND known.finding_id = found.finding_id
LEFT JOIN cases ON cases.merchant_id = $1 AND cases.case_id = known.case_id
WHERE found.merchant_id = $1 AND found.gone_at IS NULL
    AND (
        known.stands IS NOT TRUE
        OR cases.state IS NULL
        OR cases.state = 'merged'
        OR cases.state = 'closed' AND cases.closed_by IS NULL
    )

-- name: case_has_its_finding
-- A case is in hand; one of its findings stands, or it was opened again since the books agreed.
SELECT 'case:' || case_id AS subject
FROM cases
WHERE merchant_id = $1 AND state IN ('open', 'in_progress', 'waiting')
    AND NOT EXISTS (
        SELECT FROM case_findings AS known JOIN findings USING (merchant_id, finding_id)
        WHERE known.merchant_id = $1 AND known.case_id = cases.case_id AND gone_at IS NULL
    )
    AND NOT EXISTS (
        SELECT FROM case_events AS event
        WHERE event.merchant_id = $1 AND event.case_id = cases.case_id AND event.kind IN ('reopened', 'contradicted')
            AND NOT EXISTS (
                SELECT FROM case_events AS later
                WHERE later.merchant_id = $1 AND later.case_id = cases.case_id AND later.kind = 'gone'
                    AND later.event_no > event.event_no
            )
    )

-- name: money_begun_is_not_closed_over
-- The books closed a case in which somebody began to give money back more than an hour ago, and nothing was made of it.
SELECT 'case:' || cases.case_id AS subject
FROM case_events AS begun
JOIN case_findings AS home ON home.merchant_id = $1 AND home.finding_id = begun.case_id
JOIN cases ON cases.merchant_id = $1 AND cases.case_id = home.case_id
WHERE begun.merchant_id = $1 AND begun.kind = 'begun' AND begun.body ? 'payment_id'
    AND begun.occurred_at < $2::timestamptz - interval '1 hour'
    AND cases.state = 'closed' AND cases.closed_by IS NULL
    AND CASE WHEN begun.body ->> 'step' = 'return_charge' THEN EXISTS (
        SELECT FROM payments
        WHERE payments.merchant_id = $1 AND payments.order_id = begun.body ->> 'order_id'
            AND payments.kind = 'sale' AND payments.state = 'approved' AND payments.standing = 'held'
            AND payments.refunded_minor + payments.refund_reserved_minor < payments.amount_minor
    ) ELSE NOT EXISTS (
        SELECT FROM case_events AS ended
        WHERE ended.merchant_id = $1 AND ended.case_id = begun.case_id AND ended.action_id = begun.action_id || '.end'
    ) AND NOT EXISTS (
        SELECT FROM payments
        WHERE payments.merchant_id = $1 AND payments.payment_id = begun.body ->> 'payment_id'
    ) END

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
