-- name: day_totals
-- What was taken and given back, by local day and tender. A void or a reversal counts where it gave money back: one that
-- proved that nothing had been taken moved none. A payment that came in by an import is at the store of its order.
SELECT
    (p.occurred_at AT TIME ZONE $4)::date AS day,
    p.tender,
    count(*) FILTER (WHERE p.kind = 'sale'),
    coalesce(sum(p.amount_minor) FILTER (WHERE p.kind = 'sale'), 0)::bigint,
    coalesce(sum(p.amount_minor) FILTER (WHERE p.kind <> 'sale'), 0)::bigint
FROM payments AS p
WHERE p.merchant_id = $1 AND p.occurred_at >= $2 AND p.occurred_at < $3
    AND p.state = 'approved' AND p.currency = $5
    AND (
        $7 OR p.store_id = ANY ($6)
        OR (
            p.store_id IS NULL
            AND EXISTS (
                SELECT FROM orders AS o
                WHERE o.merchant_id = p.merchant_id AND o.order_id = p.order_id AND o.store_id = ANY ($6)
            )
        )
    )
    AND (
        p.kind IN ('sale', 'refund')
        OR EXISTS (
            SELECT FROM payments AS original
            WHERE original.merchant_id = p.merchant_id AND original.payment_id = p.original_payment_id
                AND original.state = 'approved'
        )
    )
    AND NOT EXISTS (
        SELECT FROM orders AS practised
        WHERE practised.merchant_id = p.merchant_id AND practised.order_id = p.order_id AND practised.training
    )
GROUP BY day, p.tender
ORDER BY day, p.tender

-- name: operator_counts
-- Orders of each operator that are not open any more, and the sales of the store that they voided.
SELECT store_id, operator_id, sum(sales_n)::bigint, sum(voids_n)::bigint
FROM (
    SELECT o.store_id, o.operator_id, count(*) AS sales_n, 0 AS voids_n
    FROM orders AS o
    WHERE o.merchant_id = $1 AND o.placed_at >= $2 AND o.placed_at < $3 AND o.state <> 'open'
        AND o.training IS NOT TRUE AND o.store_id = ANY ($4) AND o.operator_id IS NOT NULL
    GROUP BY o.store_id, o.operator_id
    UNION ALL
    SELECT o.store_id, void.operator_id, 0, count(*)
    FROM payments AS void
    JOIN payments AS sale ON sale.merchant_id = void.merchant_id AND sale.payment_id = void.original_payment_id
    JOIN orders AS o ON o.merchant_id = sale.merchant_id AND o.order_id = sale.order_id
    WHERE void.merchant_id = $1 AND void.kind = 'void' AND void.occurred_at >= $2 AND void.occurred_at < $3
        AND void.state = 'approved' AND void.operator_id IS NOT NULL
        AND o.training IS NOT TRUE AND o.store_id = ANY ($4)
    GROUP BY o.store_id, void.operator_id
) AS each
GROUP BY store_id, operator_id
ORDER BY store_id, operator_id
