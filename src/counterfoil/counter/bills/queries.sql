-- name: given
-- The rows of a bill, until they are compared with what is known.
CREATE TEMP TABLE given_records ({shape}) ON COMMIT DROP

-- name: current
-- What is known already of each of them: the row itself, or the last of those that correct it.
CREATE TEMP TABLE current_records ON COMMIT DROP AS
WITH RECURSIVE versions AS (
    SELECT known.record_id AS base, known.record_id, 1 AS version
    FROM given_records JOIN public.acquirer_records AS known USING (record_id)
    UNION ALL
    SELECT versions.base, later.record_id, versions.version + 1
    FROM versions JOIN public.acquirer_records AS later ON later.supersedes = versions.record_id
)
SELECT DISTINCT ON (base) base, record_id, version FROM versions ORDER BY base, version DESC

-- name: record
-- Write what is new, and what says something else than is known: that as a row of its own, which points at the one that
-- it corrects. A fact is never changed.
WITH said AS (
    SELECT given.*, current_records.record_id AS known_id, current_records.version
    FROM given_records AS given LEFT JOIN current_records ON current_records.base = given.record_id
),
news AS (
    SELECT said.*, known.record_id IS NOT NULL AS is_correction
    FROM said LEFT JOIN public.acquirer_records AS known ON known.record_id = said.known_id
    WHERE known.record_id IS NULL OR ({known_values}) IS DISTINCT FROM ({said_values})
),
written AS (
    INSERT INTO public.acquirer_records (merchant_id, record_id, {columns}, entered_by, came_with, supersedes)
    SELECT
        $1, CASE WHEN is_correction THEN record_id || '#' || version + 1 ELSE record_id END, {columns}, 'import', $2,
        CASE WHEN is_correction THEN known_id END
    FROM news
    RETURNING supersedes
)
SELECT
    (SELECT count(*) FROM written WHERE supersedes IS NULL),
    (SELECT count(*) FROM written WHERE supersedes IS NOT NULL),
    (SELECT count(*) FROM given_records)

-- name: decisive
-- Rows that came with one file and name a payment of ours whose state they decide or deny.
SELECT r.record_id, p.payment_id, r.state, r.amount_minor, r.acquirer_reference, r.rrn, r.approval_code, r.settled_on
FROM public.acquirer_records AS r
JOIN public.payments AS p ON p.payment_id = r.our_reference
WHERE r.came_with = $1 AND r.acquirer = p.acquirer AND r.currency = p.currency
    AND CASE WHEN r.kind IN ('void', 'reversal') THEN p.kind IN ('void', 'reversal') ELSE p.kind = r.kind END
    AND NOT EXISTS (SELECT FROM public.acquirer_records AS later WHERE later.supersedes = r.record_id)
    -- A bill that lists a sale and what took it back denies no end of ours.
    AND NOT (
        p.state IN ('declined', 'cancelled') AND EXISTS (
            SELECT FROM public.acquirer_records AS undo
            WHERE undo.acquirer = r.acquirer AND undo.original_reference = r.acquirer_reference
                AND undo.kind IN ('void', 'reversal') AND undo.state = 'succeeded'
                AND undo.amount_minor = r.amount_minor
                AND NOT EXISTS (SELECT FROM public.acquirer_records AS later WHERE later.supersedes = undo.record_id)
        )
    )
    AND (
        (r.state = 'succeeded' AND p.state <> 'approved')
        OR (r.state = 'failed' AND p.state IN ('intended', 'unknown'))
    )
ORDER BY p.payment_id

-- name: days
-- What bills said of each of the shop's days, by acquirer: rows that move money, those that name a payment of ours with
-- their amount, and those that name one with another amount. The rest names none of ours.
SELECT
    r.acquirer, (r.occurred_at AT TIME ZONE $1)::date AS day, count(*) AS rows_n,
    count(*) FILTER (WHERE p.amount_minor = r.amount_minor) AS matched_n,
    count(*) FILTER (WHERE p.amount_minor <> r.amount_minor) AS other_amount_n
FROM public.acquirer_records AS r
LEFT JOIN public.payments AS p ON p.payment_id = r.our_reference AND p.acquirer = r.acquirer AND p.currency = r.currency
WHERE r.occurred_at >= $2 AND r.came_with IS NOT NULL AND r.kind IN ('sale', 'void', 'reversal', 'refund')
    AND NOT EXISTS (SELECT FROM public.acquirer_records AS later WHERE later.supersedes = r.record_id)
GROUP BY r.acquirer, day
ORDER BY day DESC, r.acquirer COLLATE "C"
