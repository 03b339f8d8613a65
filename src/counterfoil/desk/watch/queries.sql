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
