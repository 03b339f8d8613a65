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
