-- name: orders
-- Every order of the merchant with its lines as `sku*quantity=amount`, in their order.
SELECT
    order_id, orders.state, total_minor, terminal_id,
    coalesce(lines.lines, '{}') AS lines
FROM orders
LEFT JOIN (
    SELECT
        order_id,
        array_agg(sku || '*' || trim_scale(quantity) || '=' || amount_minor ORDER BY line_no) AS lines
    FROM order_lines
    WHERE merchant_id = $1
    GROUP BY order_id
) AS lines USING (order_id)
WHERE merchant_id = $1

-- name: payments
-- Every payment of the merchant.
SELECT
    payment_id, order_id, kind, acquirer IS NOT NULL AS is_away, amount_minor, state, standing,
    original_payment_id AS original_id, refunded_minor, refund_reserved_minor AS reserved_minor
FROM payments
WHERE merchant_id = $1

-- name: slips
-- How many original slips there are of what: sales and voids by their order, refunds by their payment.
SELECT kind, CASE WHEN kind = 'refund' THEN payment_id ELSE order_id END AS of, count(*) AS n
FROM slips
WHERE merchant_id = $1 AND copy_no = 0
GROUP BY 1, 2

-- name: stock_off
-- Items of which not so much is left as the lines of paid orders leave of $2, and how far off they are.
SELECT store_id || '/' || sku || ': ' || trim_scale(on_hand - ($2 - coalesce(sold.quantity, 0))) AS off
FROM stock
LEFT JOIN (
    SELECT orders.store_id, order_lines.sku, sum(order_lines.quantity) AS quantity
    FROM orders JOIN order_lines USING (merchant_id, order_id)
    WHERE merchant_id = $1 AND orders.state = 'paid'
        AND coalesce(order_lines.line_kind, 'goods') = 'goods' AND NOT coalesce(orders.training, false)
    GROUP BY 1, 2
) AS sold USING (store_id, sku)
WHERE merchant_id = $1 AND on_hand <> $2 - coalesce(sold.quantity, 0)

-- name: fold_off
-- Rows whose state is not what their facts come to: orders, payments, and what a payment says of its own undoing.
WITH facts AS (
    SELECT subject, split_part(tag, ':', 3) AS event, recorded_at, fact_id
    FROM journal
    WHERE merchant_id = $1 AND (tag LIKE 'payment:%' OR tag LIKE 'order:sale:%')
    UNION ALL
    SELECT 'payment:' || first.key, first.value, recorded_at, fact_id
    FROM journal, jsonb_each_text(body -> 'payments') AS first
    WHERE merchant_id = $1 AND tag LIKE 'order:sale:%' AND jsonb_typeof(body -> 'payments') = 'object'
),
last_facts AS (
    SELECT DISTINCT ON (subject)
        subject,
        CASE event
            WHEN 'silent' THEN 'unknown'
            WHEN 'contradicted' THEN 'unknown'
            WHEN 'withdrawn' THEN 'cancelled'
            WHEN 'reversed' THEN 'cancelled'
            WHEN 'reopened' THEN 'open'
            ELSE event
        END AS state
    FROM facts
    WHERE event NOT IN ('heard', 'parked', 'recalled')
    ORDER BY subject, recorded_at DESC, fact_id DESC
),
rows_there AS (
    SELECT 'order:' || order_id AS subject, state FROM orders WHERE merchant_id = $1
    UNION ALL
    SELECT 'payment:' || payment_id, state FROM payments WHERE merchant_id = $1
),
given_back AS (
    SELECT
        original_payment_id AS payment_id,
        coalesce(sum(amount_minor) FILTER (WHERE kind = 'refund' AND state = 'approved'), 0) AS refunded_minor,
        coalesce(sum(amount_minor) FILTER (WHERE kind = 'refund' AND state IN ('intended', 'unknown')), 0)
            AS reserved_minor,
        bool_or(kind IN ('void', 'reversal') AND state = 'approved') AS undone
    FROM payments
    WHERE merchant_id = $1 AND original_payment_id IS NOT NULL
    GROUP BY 1
)
SELECT coalesce(rows_there.subject, last_facts.subject) AS off
FROM rows_there FULL JOIN last_facts USING (subject)
WHERE rows_there.state IS DISTINCT FROM last_facts.state
UNION
SELECT 'payment:' || payment_id
FROM payments LEFT JOIN given_back USING (payment_id)
WHERE merchant_id = $1 AND kind = 'sale' AND state = 'approved' AND (
    payments.refunded_minor <> coalesce(given_back.refunded_minor, 0)
    OR refund_reserved_minor <> coalesce(given_back.reserved_minor, 0)
    OR (standing = 'voided') IS DISTINCT FROM coalesce(given_back.undone, false)
)

-- name: findings
-- Open findings with every id that they name; a record of the acquirer's is named by our own id, too.
SELECT diagnosis, array_agg(DISTINCT named.id) AS names
FROM findings, LATERAL (
    SELECT id FROM (
        SELECT split_part(subject, ':', 2) AS id
        UNION ALL SELECT split_part(other_subject, ':', 2)
        UNION ALL SELECT part ->> 'id' FROM jsonb_array_elements(evidence) AS part
    ) AS direct
    UNION ALL
    SELECT acquirer_records.our_reference
    FROM acquirer_records
    WHERE acquirer_records.merchant_id = findings.merchant_id AND record_id IN (
        split_part(subject, ':', 2), split_part(other_subject, ':', 2)
    )
) AS named
WHERE findings.merchant_id = $1 AND gone_at IS NULL AND named.id IS NOT NULL
GROUP BY findings.finding_id, diagnosis

-- name: outlived
-- Open findings of a ladder whose payment has a known end, and its undo, too.
SELECT diagnosis || ' ' || subject AS finding
FROM findings
WHERE merchant_id = $1 AND gone_at IS NULL AND found_by = 'ladder' AND NOT EXISTS (
    SELECT FROM payments
    WHERE payments.merchant_id = findings.merchant_id AND payments.state IN ('intended', 'unknown')
        AND ('payment:' || payments.payment_id = findings.subject
            OR 'payment:' || payments.original_payment_id = findings.subject)
)

-- name: unknowns
-- How long it took from the intent of a payment to its known end, of all that were unknown on the way; in seconds.
WITH facts AS (
    SELECT subject, split_part(tag, ':', 2) AS kind, split_part(tag, ':', 3) AS event, recorded_at
    FROM journal
    WHERE merchant_id = $1 AND tag LIKE 'payment:%'
    UNION ALL
    SELECT 'payment:' || first.key, 'sale', first.value, recorded_at
    FROM journal, jsonb_each_text(body -> 'payments') AS first
    WHERE merchant_id = $1 AND tag LIKE 'order:sale:%' AND jsonb_typeof(body -> 'payments') = 'object'
),
spans AS (
    SELECT
        subject,
        extract(epoch FROM max(recorded_at) FILTER (WHERE event IN ('approved', 'declined', 'reversed', 'withdrawn'))
            - min(recorded_at)) AS seconds
    FROM facts
    WHERE kind <> 'reversal'
    GROUP BY subject
    HAVING bool_or(event IN ('silent', 'contradicted'))
)
SELECT
    count(*) AS n,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) AS median_s,
    percentile_cont(0.99) WITHIN GROUP (ORDER BY seconds) AS p99_s,
    max(seconds) AS most_s
FROM spans

-- name: diagnoses
-- How many findings are open, by diagnosis.
SELECT diagnosis, count(*) AS n FROM findings WHERE merchant_id = $1 AND gone_at IS NULL GROUP BY 1 ORDER BY 1
