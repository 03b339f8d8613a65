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
