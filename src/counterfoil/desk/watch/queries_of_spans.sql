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
