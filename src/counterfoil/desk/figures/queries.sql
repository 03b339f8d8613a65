-- name: found
-- Findings of some days by what they have in common, in one pass; those of audited files are of no live book.
SELECT
    CASE
        WHEN grouping(diagnosis) = 0 THEN 'diagnosis'
        WHEN grouping(exception) = 0 THEN 'exception'
        WHEN grouping(store_id) = 0 THEN 'store'
        WHEN grouping(terminal_id) = 0 THEN 'terminal'
        WHEN grouping(operator_id) = 0 THEN 'operator'
        ELSE 'hour'
    END AS kind,
    CASE
        WHEN grouping(diagnosis) = 0 THEN exception || '/' || diagnosis
        WHEN grouping(exception) = 0 THEN exception
        WHEN grouping(store_id) = 0 THEN store_id
        WHEN grouping(terminal_id) = 0 THEN terminal_id
        WHEN grouping(operator_id) = 0 THEN operator_id
        ELSE hour::text
    END AS what,
    count(*) AS n,
    count(*) FILTER (WHERE gone_at IS NULL) AS standing_n,
    coalesce(sum(amount_at_risk_minor) FILTER (WHERE gone_at IS NULL AND currency = $5), 0)::bigint AS at_risk_minor
FROM (
    SELECT f.*, extract(hour FROM f.occurred_at AT TIME ZONE $4)::integer AS hour
    FROM findings AS f
    WHERE f.merchant_id = $1 AND f.found_by <> 'audit'
        AND f.occurred_at >= $2 AND f.occurred_at < $3
        AND (f.store_id = ANY ($6) OR (f.store_id IS NULL AND $7))
) AS of_days
GROUP BY GROUPING SETS ((exception), (exception, diagnosis), (store_id), (terminal_id), (operator_id), (hour))
ORDER BY n DESC, what

-- name: resolved
-- How long the cases took that ended in some days, all together and by exception.
SELECT
    CASE WHEN grouping(exception) = 1 THEN NULL ELSE exception END,
    count(*),
    percentile_disc(0.5) WITHIN GROUP (ORDER BY closed_at - opened_at),
    percentile_disc(0.9) WITHIN GROUP (ORDER BY closed_at - opened_at)
FROM cases
WHERE merchant_id = $1 AND state = 'closed' AND closed_at >= $2 AND closed_at < $3
    AND (store_id = ANY ($4) OR (store_id IS NULL AND $5))
GROUP BY ROLLUP (exception)
HAVING count(*) > 0
ORDER BY grouping(exception) DESC, exception
