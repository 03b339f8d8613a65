-- name: orders_since
-- How many orders were placed since a moment; counted no further than that.
SELECT count(*) FROM (SELECT FROM public.orders WHERE placed_at >= $1 LIMIT $2) AS placed

-- name: older_returns
-- Returns before the days that a row of the days names, and what customers of the days brought back before.
SELECT r.return_id
FROM public.payments AS p JOIN public.returns AS r USING (return_id)
WHERE p.occurred_at >= $1 AND r.requested_at < $1
UNION
SELECT r.return_id
FROM public.slips AS s JOIN public.returns AS r USING (return_id)
WHERE s.occurred_at >= $1 AND r.requested_at < $1
UNION
SELECT r.return_id
FROM public.returns AS r
WHERE r.requested_at >= $2 AND r.requested_at < $1
    AND r.customer_key IN (SELECT n.customer_key FROM public.returns AS n WHERE n.requested_at >= $1)

-- name: older_payments
-- Payments before the days that a later one undoes or a row of the days names, and the ends of what each acquirer has:
-- acquirers are few, and each is found by one step in an index.
WITH RECURSIVE acquirers AS (
    (SELECT acquirer FROM public.payments WHERE acquirer IS NOT NULL ORDER BY acquirer LIMIT 1)
    UNION ALL
    SELECT (SELECT p.acquirer FROM public.payments AS p WHERE p.acquirer > acquirers.acquirer
            ORDER BY p.acquirer LIMIT 1)
    FROM acquirers
    WHERE acquirers.acquirer IS NOT NULL
)
SELECT p.payment_id
FROM public.payments AS undo JOIN public.payments AS p ON p.payment_id = undo.original_payment_id
WHERE undo.occurred_at >= $1 AND undo.kind <> 'sale' AND p.occurred_at < $1
UNION
SELECT p.payment_id
FROM public.acquirer_records AS r JOIN public.payments AS p ON p.payment_id = r.our_reference
WHERE r.occurred_at >= $1 AND p.occurred_at < $1
UNION
SELECT p.payment_id
FROM public.acquirer_records AS r JOIN public.payments AS p ON p.payment_id = r.original_reference
WHERE r.occurred_at >= $1 AND p.occurred_at < $1
UNION
SELECT p.payment_id
FROM public.acquirer_records AS r JOIN public.payments AS p ON p.request_id = r.our_reference
WHERE r.occurred_at >= $1 AND p.occurred_at < $1
UNION
SELECT p.payment_id
FROM public.notices AS n JOIN public.payments AS p USING (payment_id)
WHERE n.occurred_at >= $1 AND p.occurred_at < $1
UNION
SELECT p.payment_id
FROM public.slips AS s JOIN public.payments AS p USING (payment_id)
WHERE s.occurred_at >= $1 AND p.occurred_at < $1
UNION
SELECT ends.payment_id
FROM acquirers
CROSS JOIN LATERAL (
    (SELECT p.payment_id FROM public.payments AS p
     WHERE p.acquirer = acquirers.acquirer AND p.occurred_at < $1 ORDER BY p.occurred_at LIMIT 1)
    UNION ALL
    (SELECT p.payment_id FROM public.payments AS p
     WHERE p.acquirer = acquirers.acquirer AND p.occurred_at < $1 ORDER BY p.occurred_at DESC LIMIT 1)
) AS ends
UNION
(SELECT p.payment_id FROM public.payments AS p WHERE p.occurred_at < $1 ORDER BY p.occurred_at LIMIT 1)

-- name: older_orders
-- Orders before the days that a row of the days, or an older row that is copied, names; those of customers who bring
-- goods back; and the first of all. Each part begins at the few rows that name, and never at all the older orders.
SELECT o.order_id
FROM public.payments AS p JOIN public.orders AS o USING (order_id)
WHERE p.occurred_at >= $1 AND o.placed_at < $1
UNION
SELECT o.order_id
FROM public.payments AS p JOIN public.orders AS o USING (order_id)
WHERE p.payment_id = ANY ($3::text[]) AND o.placed_at < $1
UNION
SELECT o.order_id
FROM public.slips AS s JOIN public.orders AS o USING (order_id)
WHERE s.occurred_at >= $1 AND o.placed_at < $1
UNION
SELECT o.order_id
FROM public.notices AS n JOIN public.orders AS o USING (order_id)
WHERE n.occurred_at >= $1 AND o.placed_at < $1
UNION
SELECT o.order_id
FROM public.notices AS n JOIN public.orders AS o ON o.order_id = n.our_reference
WHERE n.occurred_at >= $1 AND o.placed_at < $1
UNION
SELECT o.order_id
FROM public.acquirer_records AS r JOIN public.orders AS o ON o.order_id = r.our_reference
WHERE r.occurred_at >= $1 AND o.placed_at < $1
UNION
SELECT o.order_id
FROM public.returns AS r JOIN public.orders AS o USING (order_id)
WHERE (r.requested_at >= $1 OR r.return_id = ANY ($4::text[])) AND o.placed_at < $1
UNION
SELECT o.order_id
FROM public.parcels AS c JOIN public.orders AS o USING (order_id)
WHERE GREATEST(c.shipped_at, c.uploaded_at, c.promised_at, c.delivered_at, c.disputed_at, c.confirmed_at) >= $1
    AND o.placed_at < $1
UNION
SELECT o.order_id
FROM public.returns AS r JOIN public.orders AS o USING (customer_key)
WHERE r.requested_at >= $1 AND o.placed_at >= $2 AND o.placed_at < $1
UNION
SELECT o.order_id
FROM public.ties AS said JOIN public.orders AS o USING (order_id)
WHERE o.placed_at < $1
UNION
(SELECT o.order_id FROM public.orders AS o WHERE o.placed_at < $1 ORDER BY o.placed_at LIMIT 1)

-- name: references_of
-- By what records and notices may call older rows that are copied: their ids, and the ids of their requests.
SELECT reference
FROM (
    SELECT p.payment_id AS reference, p.order_id, p.payment_id FROM public.payments AS p
    UNION ALL
    SELECT p.request_id, p.order_id, p.payment_id FROM public.payments AS p
) AS called
WHERE order_id = ANY ($1::text[]) OR payment_id = ANY ($2::text[])
UNION
SELECT unnest($1::text[])
