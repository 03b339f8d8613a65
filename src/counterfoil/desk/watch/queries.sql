-- name: horizon
-- When the transactions that are still open began, the earliest of them; now, where there is none.
SELECT least(clock_timestamp(), min(xact_start))
FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL

-- name: front_orders
-- The orders that came in with the last round, with what leads on from them; what is named may be in no book of ours.
-- Windows are added up here: with row-level security, an index serves a comparison with a column, not with a sum.
INSERT INTO front_orders
SELECT
    near.id, o.request_id, o.customer_key, o.placed_at, o.total_minor, o.currency, o.terminal_id, o.operator_id,
    o.placed_at - {duplicate_window}, o.placed_at + {duplicate_window}, o.placed_at - {sold_again_within}
FROM near LEFT JOIN public.orders AS o ON o.order_id = near.id
WHERE near.kind = 'order' AND near.round = $1

-- name: front_payments
-- The payments that came in with the last round; a free one is named by no record of the acquirer.
INSERT INTO front_payments
SELECT
    near.id, p.order_id, p.return_id, p.original_payment_id, p.request_id, p.kind, {side_of_p},
    p.acquirer, p.currency, p.amount_minor, p.occurred_at, p.rrn, p.approval_code, p.terminal_id, p.stan,
    p.instrument_key, p.occurred_at - {match_window}, p.occurred_at + {match_window},
    p.occurred_at - {code_window}, p.occurred_at + {code_window}, {p_is_free}, p.occurred_at + {sold_again_within}
FROM near LEFT JOIN public.payments AS p ON p.payment_id = near.id
WHERE near.kind = 'payment' AND near.round = $1

-- name: front_records
-- The records that came in with the last round; a free one is not known to be the only one that names its payment.
INSERT INTO front_records
SELECT
    r.record_id, r.our_reference, r.original_reference, r.acquirer_reference, r.kind, {side_of_r},
    r.acquirer, r.currency, r.amount_minor, r.occurred_at, r.rrn, r.approval_code, r.terminal_id, r.stan,
    r.instrument_key, r.occurred_at - {match_window}, r.occurred_at + {match_window},
    r.occurred_at - {code_window}, r.occurred_at + {code_window}, {r_is_free},
    r.occurred_at - {card_window}, r.occurred_at + {card_window}
FROM near JOIN public.acquirer_records AS r ON r.record_id = near.id
WHERE near.kind = 'acquirer_record' AND near.round = $1

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

-- name: spans
-- From when to when each acquirer has payments of ours; acquirers are few, and each is found by one step in an index.
INSERT INTO spans
WITH RECURSIVE acquirers AS (
    (SELECT acquirer FROM public.payments WHERE acquirer IS NOT NULL ORDER BY acquirer LIMIT 1)
    UNION ALL
    SELECT (SELECT p.acquirer FROM public.payments AS p WHERE p.acquirer > acquirers.acquirer
            ORDER BY p.acquirer LIMIT 1)
    FROM acquirers
    WHERE acquirers.acquirer IS NOT NULL
)
SELECT
    acquirer,
    (SELECT min(occurred_at) FROM public.payments AS p WHERE p.acquirer = acquirers.acquirer),
    (SELECT max(occurred_at) FROM public.payments AS p WHERE p.acquirer = acquirers.acquirer)
FROM acquirers
WHERE acquirer IS NOT NULL

-- name: moved
-- What was recorded since the watch has read last: facts of our own verbs, and rows that came in otherwise. What is
-- read twice is looked at twice, which harms nobody.
INSERT INTO public.watched (merchant_id, subject, due_at)
SELECT DISTINCT {merchant}, subject, CAST($2 AS timestamptz)
FROM (
    SELECT subject FROM public.journal
    WHERE recorded_at >= $1 AND split_part(subject, ':', 1) = ANY ({kinds})
    UNION ALL
    SELECT 'order:' || order_id FROM public.orders WHERE recorded_at >= $1 AND entered_by = 'import'
    UNION ALL
    SELECT 'payment:' || payment_id FROM public.payments WHERE recorded_at >= $1 AND entered_by = 'import'
    UNION ALL
    SELECT 'slip:' || slip_id FROM public.slips WHERE recorded_at >= $1 AND entered_by = 'import'
    UNION ALL
    SELECT 'acquirer_record:' || record_id FROM public.acquirer_records WHERE recorded_at >= $1
    UNION ALL
    SELECT 'notice:' || notice_id FROM public.notices WHERE recorded_at >= $1
    UNION ALL
    SELECT 'parcel:' || parcel_id FROM public.parcels WHERE recorded_at >= $1
    UNION ALL
    SELECT 'parcel:' || parcel_id FROM public.tracking_events WHERE recorded_at >= $1
    UNION ALL
    SELECT 'return:' || return_id FROM public.returns WHERE recorded_at >= $1
    UNION ALL
    -- The order that something is tied to, or was: what is left of it for others is another amount from then on.
    SELECT 'order:' || order_id FROM public.ties WHERE recorded_at >= $1
    UNION ALL
    -- Whether a till was on line says something of the charges there that nobody answers for.
    SELECT found.subject
    FROM public.terminal_events AS event
    JOIN public.findings AS found ON found.terminal_id = event.terminal_id
    WHERE event.recorded_at >= $1 AND event.kind = 'network' AND found.exception = 'missing_slip'
        AND found.gone_at IS NULL AND starts_with(found.subject, 'acquirer_record:')
) AS moved
ON CONFLICT (merchant_id, subject) DO UPDATE SET due_at = LEAST(watched.due_at, excluded.due_at)

-- name: newly_billed
-- Days of which the first bill row has come.
INSERT INTO public.watch_bill_days (merchant_id, acquirer, local_date, billed_at)
SELECT {merchant}, acquirer, local_date, min(occurred_at)
FROM (
    SELECT acquirer, occurred_at, {local_date} AS local_date
    FROM public.acquirer_records AS r
    WHERE recorded_at >= $1 AND (source IS NULL OR source IN ('bill', 'settlement'))
) AS billed
GROUP BY acquirer, local_date
ON CONFLICT DO NOTHING
RETURNING acquirer, local_date

-- name: of_billed_days
-- Payments of a day whose bill came so late that it says at once which of them are missing.
INSERT INTO public.watched (merchant_id, subject, due_at)
SELECT {merchant}, 'payment:' || p.payment_id, $4
FROM public.payments AS p
WHERE p.acquirer = $1 AND p.occurred_at BETWEEN $2 AND $3
    AND NOT EXISTS (
        SELECT FROM public.acquirer_records AS r WHERE r.our_reference = p.payment_id AND r.state = 'succeeded'
    )
ON CONFLICT (merchant_id, subject) DO UPDATE SET due_at = LEAST(watched.due_at, excluded.due_at)

-- name: of_moved_spans
-- Charges that have come to lie between the first and the last of our payments at their acquirer, or outside.
INSERT INTO public.watched (merchant_id, subject, due_at)
SELECT DISTINCT {merchant}, 'acquirer_record:' || r.record_id, CAST($1 AS timestamptz)
FROM spans
LEFT JOIN public.watch_spans AS before USING (acquirer)
CROSS JOIN LATERAL (
    VALUES
        (LEAST(spans.first_at, before.first_at), coalesce(GREATEST(spans.first_at, before.first_at), spans.first_at)),
        (
            CASE WHEN before.last_at IS NULL THEN spans.first_at ELSE LEAST(spans.last_at, before.last_at) END,
            GREATEST(spans.last_at, before.last_at)
        )
) AS moved (since, until)
JOIN public.acquirer_records AS r
    ON r.acquirer = spans.acquirer AND r.kind = 'sale' AND r.occurred_at BETWEEN moved.since AND moved.until
WHERE (spans.first_at, spans.last_at) IS DISTINCT FROM (before.first_at, before.last_at)
ON CONFLICT (merchant_id, subject) DO UPDATE SET due_at = LEAST(watched.due_at, excluded.due_at)

-- name: keep_spans
-- What of the spans the next look compares with.
INSERT INTO public.watch_spans (merchant_id, acquirer, first_at, last_at)
SELECT {merchant}, acquirer, first_at, last_at FROM spans
ON CONFLICT (merchant_id, acquirer) DO UPDATE SET first_at = excluded.first_at, last_at = excluded.last_at
WHERE (watch_spans.first_at, watch_spans.last_at) IS DISTINCT FROM (excluded.first_at, excluded.last_at)

-- name: take
-- What is due, the longest due first, as the beginning of a neighbourhood.
INSERT INTO near (kind, id, round)
SELECT split_part(subject, ':', 1), substr(subject, strpos(subject, ':') + 1), 0
FROM (
    SELECT subject FROM public.watched WHERE due_at <= $1 ORDER BY due_at, subject LIMIT $2
) AS due

-- name: members
-- What the rules judge, as findings name their subjects.
INSERT INTO members SELECT kind || ':' || id FROM near WHERE round >= 0

-- name: looked_at
-- What was looked at is due no more.
DELETE FROM public.watched AS w USING members WHERE w.subject = members.subject

-- name: lost
-- Findings about what was looked at that the rules do not report any more. What a ladder could not decide stays as long
-- as its payment is open; what an audit found in files is not in these books, and is not theirs to lose.
SELECT found.finding_id
FROM members
JOIN public.findings AS found ON found.subject = members.subject
WHERE found.gone_at IS NULL AND found.found_by <> 'audit' AND NOT found.finding_id = ANY ($1)
    AND NOT (
        found.found_by = 'ladder'
        AND EXISTS (
            SELECT FROM payments AS p
            WHERE found.subject IN ('payment:' || p.payment_id, 'payment:' || p.original_payment_id)
                AND p.state IN ('intended', 'unknown')
        )
    )

-- name: open_days
-- The days whose bill may yet say something of a payment that was looked at: its own, and its neighbours at midnight.
SELECT DISTINCT day.local_date
FROM members
JOIN payments AS p ON members.subject = 'payment:' || p.payment_id
CROSS JOIN LATERAL (
    VALUES ({own_day}), ({early_day}), ({late_day})
) AS day (local_date)
WHERE p.acquirer IS NOT NULL AND {unbilled}

-- name: look_again
-- When time alone may change what is said of what was looked at: the next of the moments at which a window of the
-- policy is over.
INSERT INTO public.watched (merchant_id, subject, due_at)
SELECT {merchant}, subject, min(due_at) AT TIME ZONE 'UTC'
FROM (
    SELECT 'order:' || order_id AS subject, moment AS due_at
    FROM orders
    CROSS JOIN LATERAL (
        VALUES
            (placed_at + {unknown_settle}),
            (closed_at + {unknown_settle}),
            (CASE WHEN fulfilment <> 'carry_out' THEN promised_at + {late_after} END)
    ) AS at (moment)
    UNION ALL
    SELECT 'payment:' || payment_id, moment
    FROM payments
    CROSS JOIN LATERAL (
        VALUES
            (CASE WHEN state IN ('intended', 'unknown') THEN occurred_at + {unknown_settle} END),
            (coalesce(decided_at, occurred_at) + {slip_within})
    ) AS at (moment)
    UNION ALL
    SELECT 'payment:' || payment_id, coalesce(decided_at, payments.occurred_at) + {ship_within}
    FROM payments JOIN orders USING (merchant_id, order_id)
    WHERE kind = 'sale' AND fulfilment <> 'carry_out'
    UNION ALL
    SELECT 'payment:' || p.payment_id, open_days.moment
    FROM payments AS p
    JOIN open_days ON open_days.local_date IN ({own_day}, {early_day}, {late_day})
    WHERE p.acquirer IS NOT NULL AND {unbilled}
    UNION ALL
    SELECT 'acquirer_record:' || record_id, occurred_at + {unknown_settle} FROM acquirer_records WHERE kind = 'sale'
    UNION ALL
    SELECT 'notice:' || notice_id, occurred_at + {unknown_settle} FROM notices WHERE says = 'charged'
    UNION ALL
    SELECT 'return:' || return_id, moment
    FROM returns
    CROSS JOIN LATERAL (
        VALUES (coalesce(decided_at, requested_at) + {slip_within}), (received_at + {restock_within})
    ) AS at (moment)
    UNION ALL
    SELECT 'parcel:' || parcel_id, moment
    FROM parcels
    CROSS JOIN LATERAL (
        VALUES
            (shipped_at + {tracking_within}),
            (shipped_at + {stalled_after}),
            (promised_at + {late_after}),
            (delivered_at + {confirm_after})
    ) AS at (moment)
    UNION ALL
    SELECT 'parcel:' || parcel_id, moment
    FROM tracking_events
    CROSS JOIN LATERAL (
        VALUES
            (occurred_at + {sync_within}),
            (occurred_at + {failed_retry}),
            (occurred_at + {stalled_after}),
            (occurred_at + {confirm_after})
    ) AS at (moment)
) AS later
JOIN members USING (subject)
WHERE due_at > $1
GROUP BY subject
ON CONFLICT (merchant_id, subject) DO UPDATE SET due_at = LEAST(watched.due_at, excluded.due_at)

-- name: network
-- What tills said of their lines last before a charge; terminal and time of one event may come from two of its rows.
INSERT INTO terminal_events
SELECT DISTINCT event.merchant_id, event.terminal_id, event.occurred_at, event.kind, event.value, event.detail, NULL, NULL::bigint
FROM (
    SELECT terminal_id, occurred_at FROM acquirer_records WHERE kind = 'sale' AND terminal_id IS NOT NULL
    UNION
    SELECT placed.terminal_id, timed.occurred_at
    FROM acquirer_records AS placed JOIN acquirer_records AS timed USING (our_reference)
    WHERE placed.kind = 'sale' AND placed.terminal_id IS NOT NULL
    UNION
    SELECT placed.terminal_id, timed.occurred_at
    FROM acquirer_records AS placed JOIN acquirer_records AS timed USING (acquirer_reference)
    WHERE placed.kind = 'sale' AND placed.terminal_id IS NOT NULL
) AS charge
CROSS JOIN LATERAL (
    SELECT * FROM public.terminal_events AS e
    WHERE e.terminal_id = charge.terminal_id AND e.kind = 'network'
        AND e.occurred_at < charge.occurred_at AT TIME ZONE 'UTC'
    ORDER BY e.occurred_at DESC
    LIMIT 1
) AS event

-- name: covers
-- The days whose bill is there. A fee proves to the rules that a day is covered, and says nothing else.
INSERT INTO acquirer_records (
    merchant_id, record_id, acquirer, source, kind, state, amount_minor, currency, occurred_at
)
SELECT
    merchant_id, 'cover:' || acquirer || ':' || local_date, acquirer, 'bill', 'fee', 'succeeded', 0, 'XXX', billed_at
FROM public.watch_bill_days

-- name: first_sale
-- The first sale of all; what goes back in the first days after it may have been bought before.
SELECT LEAST(
    (SELECT placed_at FROM public.orders ORDER BY placed_at LIMIT 1),
    (SELECT occurred_at FROM public.payments ORDER BY occurred_at LIMIT 1)
)

-- name: of_first_days
-- Findings that weigh more or less where the books begin at another time.
INSERT INTO public.watched (merchant_id, subject, due_at)
SELECT {merchant}, subject, CAST($1 AS timestamptz)
FROM public.findings
WHERE diagnosis = 'refund_without_order' AND gone_at IS NULL
ON CONFLICT (merchant_id, subject) DO UPDATE SET due_at = LEAST(watched.due_at, excluded.due_at)

-- name: keep_stand
-- How far was read.
INSERT INTO public.watch_stands (merchant_id, read_through, policy_digest, first_sale_at)
VALUES ({merchant}, $1, $2, $3)
ON CONFLICT (merchant_id) DO UPDATE
SET read_through = excluded.read_through, policy_digest = excluded.policy_digest,
    first_sale_at = excluded.first_sale_at

-- name: open_day
-- A day whose bill may yet say something, and from when on.
INSERT INTO open_days VALUES ($1, $2)

-- name: outlook
-- How much was judged, and whether more is due already.
SELECT
    (SELECT count(*) FROM members),
    EXISTS (SELECT FROM public.watched WHERE due_at <= CAST($1 AS timestamptz))
