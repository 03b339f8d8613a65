-- name: named
-- What the last round's rows name, and what names them. Every way leads back as well, so that a neighbourhood is the
-- same from wherever it is entered.
INSERT INTO near (kind, id, round)
SELECT DISTINCT kind, id, CAST($1 AS integer) + 1
FROM (
    SELECT 'payment' AS kind, p.payment_id AS id
    FROM front_orders AS f JOIN public.payments AS p ON p.order_id = f.order_id
    UNION ALL
    SELECT 'slip', s.slip_id FROM front_orders AS f JOIN public.slips AS s ON s.order_id = f.order_id
    UNION ALL
    SELECT 'return', b.return_id FROM front_orders AS f JOIN public.returns AS b ON b.order_id = f.order_id
    UNION ALL
    -- What somebody said belongs to it.
    SELECT tie.noun, tie.row_id FROM front_orders AS f JOIN public.ties AS tie ON tie.order_id = f.order_id
    WHERE {tie_stands}
    UNION ALL
    SELECT 'parcel', c.parcel_id FROM front_orders AS f JOIN public.parcels AS c ON c.order_id = f.order_id
    UNION ALL
    SELECT 'notice', n.notice_id FROM front_orders AS f JOIN public.notices AS n ON n.order_id = f.order_id
    UNION ALL
    SELECT 'notice', n.notice_id FROM front_orders AS f JOIN public.notices AS n ON n.our_reference = f.order_id
    UNION ALL
    SELECT 'acquirer_record', r.record_id
    FROM front_orders AS f JOIN public.acquirer_records AS r ON r.our_reference = f.order_id
    UNION ALL
    -- One request, several orders.
    SELECT 'order', o.order_id
    FROM front_orders AS f JOIN public.orders AS o ON o.request_id = f.request_id AND o.entered_by = 'counter'
    UNION ALL
    SELECT 'order', o.order_id
    FROM front_orders AS f JOIN public.orders AS o ON o.request_id = f.request_id AND o.entered_by = 'import'
    UNION ALL
    -- One person, one total, soon after each other.
    SELECT 'order', o.order_id
    FROM front_orders AS f
    JOIN public.orders AS o
        ON o.customer_key = f.customer_key
        AND o.placed_at BETWEEN f.twin_from AND f.twin_until
        AND o.total_minor = f.total_minor AND o.currency = f.currency
    UNION ALL
    SELECT 'order', o.order_id
    FROM front_orders AS f
    JOIN public.payments AS own ON own.order_id = f.order_id
    JOIN public.payments AS p ON p.instrument_key = own.instrument_key
    JOIN public.orders AS o ON o.order_id = p.order_id
    WHERE o.placed_at BETWEEN f.twin_from AND f.twin_until
        AND o.total_minor = f.total_minor AND o.currency = f.currency
    UNION ALL
    -- A void, and the same goods again by the same hands.
    SELECT 'order', o.order_id
    FROM front_payments AS f
    JOIN public.payments AS p ON p.payment_id = f.original_payment_id
    JOIN public.orders AS voided ON voided.order_id = p.order_id
    JOIN public.orders AS o
        ON o.placed_at BETWEEN f.occurred_at AND f.again_until
        AND o.terminal_id = voided.terminal_id AND o.operator_id = voided.operator_id
        AND o.total_minor = voided.total_minor AND o.currency = voided.currency
    WHERE f.kind = 'void'
    UNION ALL
    SELECT 'payment', undo.payment_id
    FROM front_orders AS f
    JOIN public.payments AS undo
        ON undo.kind = 'void' AND undo.occurred_at BETWEEN f.void_from AND f.placed_at
    JOIN public.payments AS p ON p.payment_id = undo.original_payment_id
    JOIN public.orders AS o ON o.order_id = p.order_id
    WHERE o.terminal_id = f.terminal_id AND o.operator_id = f.operator_id
        AND o.total_minor = f.total_minor AND o.currency = f.currency
    UNION ALL
    SELECT 'order', f.order_id FROM front_payments AS f WHERE f.order_id IS NOT NULL
    UNION ALL
    SELECT 'return', f.return_id FROM front_payments AS f WHERE f.return_id IS NOT NULL
    UNION ALL
    SELECT 'payment', f.original_payment_id FROM front_payments AS f WHERE f.original_payment_id IS NOT NULL
    UNION ALL
    SELECT 'payment', p.payment_id
    FROM front_payments AS f JOIN public.payments AS p ON p.original_payment_id = f.payment_id
    UNION ALL
    SELECT 'slip', s.slip_id FROM front_payments AS f JOIN public.slips AS s ON s.payment_id = f.payment_id
    UNION ALL
    SELECT 'notice', n.notice_id FROM front_payments AS f JOIN public.notices AS n ON n.payment_id = f.payment_id
    UNION ALL
    SELECT 'notice', n.notice_id FROM front_payments AS f JOIN public.notices AS n ON n.our_reference = f.payment_id
    UNION ALL
    SELECT 'notice', n.notice_id FROM front_payments AS f JOIN public.notices AS n ON n.our_reference = f.request_id
    UNION ALL
    SELECT 'acquirer_record', r.record_id
    FROM front_payments AS f JOIN public.acquirer_records AS r ON r.our_reference = f.payment_id
    UNION ALL
    SELECT 'acquirer_record', r.record_id
    FROM front_payments AS f JOIN public.acquirer_records AS r ON r.our_reference = f.request_id
    UNION ALL
    SELECT 'acquirer_record', r.record_id
    FROM front_payments AS f JOIN public.acquirer_records AS r ON r.original_reference = f.payment_id
    UNION ALL
    SELECT 'acquirer_record', r.record_id
    FROM front_payments AS f JOIN public.acquirer_records AS r ON r.original_reference = f.request_id
    UNION ALL
    SELECT 'payment', p.payment_id
    FROM front_records AS f JOIN public.payments AS p ON p.payment_id = f.our_reference
    UNION ALL
    SELECT 'payment', p.payment_id
    FROM front_records AS f JOIN public.payments AS p ON p.request_id = f.our_reference
    UNION ALL
    SELECT 'order', o.order_id FROM front_records AS f JOIN public.orders AS o ON o.order_id = f.our_reference
    UNION ALL
    SELECT 'acquirer_record', r.record_id
    FROM front_records AS f JOIN public.acquirer_records AS r ON r.our_reference = f.our_reference
    UNION ALL
    SELECT 'acquirer_record', r.record_id
    FROM front_records AS f
    JOIN public.acquirer_records AS r ON r.acquirer_reference = f.acquirer_reference AND r.acquirer = f.acquirer
    UNION ALL
    SELECT 'payment', p.payment_id
    FROM front_records AS f JOIN public.payments AS p ON p.payment_id = f.original_reference
    UNION ALL
    SELECT 'payment', p.payment_id
    FROM front_records AS f JOIN public.payments AS p ON p.request_id = f.original_reference
    UNION ALL
    SELECT 'acquirer_record', r.record_id
    FROM front_records AS f JOIN public.acquirer_records AS r ON r.our_reference = f.original_reference
    UNION ALL
    SELECT 'acquirer_record', r.record_id
    FROM front_records AS f
    -- Ids are compared by their bytes and other texts as the server does; an index serves one of the two.
    JOIN public.acquirer_records AS r ON r.acquirer_reference = f.original_reference COLLATE "default"
    UNION ALL
    SELECT 'acquirer_record', r.record_id
    FROM front_records AS f JOIN public.acquirer_records AS r ON r.original_reference = f.our_reference
    UNION ALL
    SELECT 'acquirer_record', r.record_id
    FROM front_records AS f
    JOIN public.acquirer_records AS r ON r.original_reference = f.acquirer_reference COLLATE "C"
    UNION ALL
    SELECT 'acquirer_record', r.record_id
    FROM front_records AS f JOIN public.acquirer_records AS r ON r.original_reference = f.original_reference
    UNION ALL
    -- What a later version of a bill corrects, and what corrects it.
    SELECT 'acquirer_record', r.record_id
    FROM front_records AS f JOIN public.acquirer_records AS r ON r.supersedes = f.record_id
    UNION ALL
    SELECT 'acquirer_record', r.supersedes
    FROM front_records AS f JOIN public.acquirer_records AS r ON r.record_id = f.record_id
    WHERE r.supersedes IS NOT NULL
    UNION ALL
    SELECT 'notice', n.notice_id FROM front_records AS f JOIN public.notices AS n ON n.our_reference = f.our_reference
    UNION ALL
    SELECT 'notice', n.notice_id FROM front_records AS f JOIN public.notices AS n ON n.order_id = f.our_reference
    UNION ALL
    SELECT 'notice', n.notice_id FROM front_records AS f JOIN public.notices AS n ON n.payment_id = f.our_reference
    UNION ALL
    -- A second charge of one card; key and time of one event may come from two of its rows.
    SELECT 'acquirer_record', r.record_id
    FROM front_records AS f
    JOIN public.acquirer_records AS r
        ON r.instrument_key = f.instrument_key AND r.amount_minor = f.amount_minor
        AND r.acquirer = f.acquirer AND r.currency = f.currency AND r.kind = f.kind
        AND r.occurred_at BETWEEN f.card_from AND f.card_until
    WHERE f.kind = 'sale'
    UNION ALL
    SELECT 'order', b.order_id
    FROM near JOIN public.returns AS b ON b.return_id = near.id
    WHERE near.kind = 'return' AND near.round = $1 AND b.order_id IS NOT NULL
    UNION ALL
    SELECT 'order', tie.order_id
    FROM near JOIN public.ties AS tie ON tie.noun = near.kind AND tie.row_id = near.id
    WHERE near.kind IN ('return', 'order') AND near.round = $1 AND {tie_stands}
    UNION ALL
    SELECT 'payment', p.payment_id
    FROM near JOIN public.payments AS p ON p.return_id = near.id
    WHERE near.kind = 'return' AND near.round = $1
    UNION ALL
    SELECT 'slip', s.slip_id
    FROM near JOIN public.slips AS s ON s.return_id = near.id
    WHERE near.kind = 'return' AND near.round = $1
    UNION ALL
    SELECT named.kind, named.id
    FROM near
    JOIN public.slips AS s ON s.slip_id = near.id
    CROSS JOIN LATERAL (
        VALUES ('order', s.order_id), ('payment', s.payment_id), ('return', s.return_id)
    ) AS named (kind, id)
    WHERE near.kind = 'slip' AND near.round = $1 AND named.id IS NOT NULL
    UNION ALL
    SELECT named.kind, named.id
    FROM near
    JOIN public.notices AS n ON n.notice_id = near.id
    CROSS JOIN LATERAL (
        VALUES
            ('order', n.order_id), ('payment', n.payment_id), ('order', n.our_reference), ('payment', n.our_reference)
    ) AS named (kind, id)
    WHERE near.kind = 'notice' AND near.round = $1 AND named.id IS NOT NULL
    UNION ALL
    SELECT 'payment', p.payment_id
    FROM near
    JOIN public.notices AS n ON n.notice_id = near.id
    JOIN public.payments AS p ON p.request_id = n.our_reference
    WHERE near.kind = 'notice' AND near.round = $1
    UNION ALL
    SELECT 'acquirer_record', r.record_id
    FROM near
    JOIN public.notices AS n ON n.notice_id = near.id
    CROSS JOIN LATERAL (VALUES (n.our_reference), (n.order_id), (n.payment_id)) AS said (id)
    JOIN public.acquirer_records AS r ON r.our_reference = said.id
    WHERE near.kind = 'notice' AND near.round = $1
    UNION ALL
    SELECT 'order', c.order_id
    FROM near JOIN public.parcels AS c ON c.parcel_id = near.id
    WHERE near.kind = 'parcel' AND near.round = $1
) AS met
ON CONFLICT DO NOTHING

-- name: matching
-- What could belong to the last round's payments and records by a number, by its amount or by its time. A payment that
-- is named by a record claims that one and looks no further, and a record that alone names a payment is that one's.
INSERT INTO near (kind, id, round)
SELECT DISTINCT met.kind, met.id, CAST($1 AS integer) + 1
FROM (
    SELECT 'acquirer_record' AS kind, r.record_id AS id
    FROM front_payments AS f
    JOIN public.acquirer_records AS r ON r.rrn = f.rrn AND {same_r}
    WHERE f.is_free AND {r_is_free}
    UNION ALL
    SELECT 'acquirer_record', r.record_id
    FROM front_payments AS f
    JOIN public.acquirer_records AS r ON r.approval_code = f.approval_code AND {same_r}
        AND r.occurred_at BETWEEN f.code_from AND f.code_until
    WHERE f.is_free AND {r_is_free}
    UNION ALL
    SELECT 'acquirer_record', r.record_id
    FROM front_payments AS f
    JOIN public.acquirer_records AS r ON r.terminal_id = f.terminal_id AND r.stan = f.stan AND {same_r}
        AND r.occurred_at BETWEEN f.code_from AND f.code_until
    WHERE f.is_free AND {r_is_free}
    UNION ALL
    SELECT 'acquirer_record', r.record_id
    FROM front_payments AS f
    JOIN public.acquirer_records AS r ON r.amount_minor = f.amount_minor AND {same_r}
        AND r.occurred_at BETWEEN f.near_from AND f.near_until
    WHERE f.is_free AND {r_is_free}
    UNION ALL
    SELECT 'payment', p.payment_id
    FROM front_records AS f
    JOIN public.payments AS p ON p.rrn = f.rrn AND {same_p}
    WHERE f.is_free AND {p_is_free}
    UNION ALL
    SELECT 'payment', p.payment_id
    FROM front_records AS f
    JOIN public.payments AS p ON p.approval_code = f.approval_code AND {same_p}
        AND p.occurred_at BETWEEN f.code_from AND f.code_until
    WHERE f.is_free AND {p_is_free}
    UNION ALL
    SELECT 'payment', p.payment_id
    FROM front_records AS f
    JOIN public.payments AS p ON p.terminal_id = f.terminal_id AND p.stan = f.stan AND {same_p}
        AND p.occurred_at BETWEEN f.code_from AND f.code_until
    WHERE f.is_free AND {p_is_free}
    UNION ALL
    SELECT 'payment', p.payment_id
    FROM front_records AS f
    JOIN public.payments AS p
        ON p.acquirer = f.acquirer
        AND p.occurred_at BETWEEN f.near_from AND f.near_until
        AND p.amount_minor = f.amount_minor AND {same_p}
    WHERE f.is_free AND {p_is_free}
) AS met
ON CONFLICT DO NOTHING

-- name: lookups
-- Rows that are read and not judged: what a person bought before, of whom goods came back without an order; the first
-- and the last payment of each acquirer; the first sale of all.
INSERT INTO near (kind, id, round)
SELECT DISTINCT kind, id, -1
FROM (
    SELECT 'order' AS kind, o.order_id AS id
    FROM near
    JOIN public.returns AS b ON b.return_id = near.id
    JOIN public.orders AS o ON o.customer_key = b.customer_key
    WHERE near.kind = 'return'
        AND NOT EXISTS (SELECT FROM public.orders AS known WHERE known.order_id = b.order_id)
    UNION ALL
    SELECT named.kind, named.id
    FROM near
    JOIN public.returns AS b ON b.return_id = near.id
    JOIN public.payments AS p ON p.instrument_key = b.instrument_key
    CROSS JOIN LATERAL (VALUES ('payment', p.payment_id), ('order', p.order_id)) AS named (kind, id)
    WHERE near.kind = 'return' AND named.id IS NOT NULL
        AND NOT EXISTS (SELECT FROM public.orders AS known WHERE known.order_id = b.order_id)
    UNION ALL
    SELECT 'payment', ends.payment_id
    FROM spans
    CROSS JOIN LATERAL (
        (SELECT payment_id FROM public.payments AS p WHERE p.acquirer = spans.acquirer ORDER BY occurred_at LIMIT 1)
        UNION ALL
        (SELECT payment_id FROM public.payments AS p
         WHERE p.acquirer = spans.acquirer ORDER BY occurred_at DESC LIMIT 1)
    ) AS ends
    UNION ALL
    (SELECT 'order', order_id FROM public.orders ORDER BY placed_at LIMIT 1)
    UNION ALL
    (SELECT 'payment', payment_id FROM public.payments ORDER BY occurred_at LIMIT 1)
) AS met
ON CONFLICT DO NOTHING
