-- name: case_state_is_its_events
-- A case is in the state of its last event, whose number is its version.
SELECT 'case:' || cases.case_id AS subject
FROM cases
LEFT JOIN LATERAL (
    SELECT event_no, state FROM case_events
    WHERE case_events.merchant_id = $1 AND case_events.case_id = cases.case_id
    ORDER BY event_no DESC
    LIMIT 1
) AS last ON true
WHERE merchant_id = $1 AND (last.event_no, last.state) IS DISTINCT FROM (cases.version, cases.state)

-- name: acts_on_cases_are_facts
-- What a person did to a case stands in the journal, in the same words.
SELECT 'case:' || event.case_id || '#' || event.event_no AS subject
FROM (
    -- Spelt here: with row-level security, an index serves a comparison with a column only.
    SELECT *, 'case:' || case_id AS about FROM case_events WHERE merchant_id = $1 AND actor_id IS NOT NULL OFFSET 0
) AS event
WHERE NOT EXISTS (
    SELECT FROM journal
    WHERE journal.merchant_id = $1 AND journal.subject = event.about
        AND journal.actor_id = event.actor_id AND journal.occurred_at = event.occurred_at
        AND split_part(journal.tag, ':', 3) = event.kind
        AND journal.body = jsonb_strip_nulls(jsonb_build_object(
            'event_no', event.event_no, 'state', event.state, 'text', event.text
        )) || event.body
)

-- name: ties_are_facts
-- What people said that a return or an order is tied to stands in the journal, in the same words, and the other way round.
WITH said AS (
    SELECT
        noun || ':' || row_id AS subject, said_by, said_at,
        CASE noun WHEN 'return' THEN 'return:original' ELSE 'order:repeat' END
            || CASE WHEN stands THEN ':tied' ELSE ':untied' END AS tag,
        jsonb_build_object('order_id', order_id, 'tie_no', tie_no, 'case_id', case_id) AS body
    FROM ties
    WHERE merchant_id = $1
),
facts AS (
    SELECT subject, actor_id AS said_by, occurred_at AS said_at, tag, body
    FROM journal
    WHERE merchant_id = $1 AND tag IN (
        'return:original:tied', 'return:original:untied', 'order:repeat:tied', 'order:repeat:untied'
    )
)
SELECT subject FROM (SELECT * FROM said EXCEPT SELECT * FROM facts) AS unsaid
UNION
SELECT subject FROM (SELECT * FROM facts EXCEPT SELECT * FROM said) AS lost

-- name: finding_has_its_case
-- A finding stands; its case is in hand, or was closed by a person, who decided about it.
SELECT 'finding:' || found.finding_id AS subject
FROM findings AS found
LEFT JOIN case_findings AS known ON known.merchant_id = $1 AND known.finding_id = found.finding_id
LEFT JOIN cases ON cases.merchant_id = $1 AND cases.case_id = known.case_id
WHERE found.merchant_id = $1 AND found.gone_at IS NULL
    AND (
        known.stands IS NOT TRUE
        OR cases.state IS NULL
        OR cases.state = 'merged'
        OR cases.state = 'closed' AND cases.closed_by IS NULL
    )

-- name: case_has_its_finding
-- A case is in hand; one of its findings stands, or it was opened again since the books agreed.
SELECT 'case:' || case_id AS subject
FROM cases
WHERE merchant_id = $1 AND state IN ('open', 'in_progress', 'waiting')
    AND NOT EXISTS (
        SELECT FROM case_findings AS known JOIN findings USING (merchant_id, finding_id)
        WHERE known.merchant_id = $1 AND known.case_id = cases.case_id AND gone_at IS NULL
    )
    AND NOT EXISTS (
        SELECT FROM case_events AS event
        WHERE event.merchant_id = $1 AND event.case_id = cases.case_id AND event.kind IN ('reopened', 'contradicted')
            AND NOT EXISTS (
                SELECT FROM case_events AS later
                WHERE later.merchant_id = $1 AND later.case_id = cases.case_id AND later.kind = 'gone'
                    AND later.event_no > event.event_no
            )
    )

-- name: money_begun_is_not_closed_over
-- The books closed a case in which somebody began to give money back more than an hour ago, and nothing was made of it.
SELECT 'case:' || cases.case_id AS subject
FROM case_events AS begun
JOIN case_findings AS home ON home.merchant_id = $1 AND home.finding_id = begun.case_id
JOIN cases ON cases.merchant_id = $1 AND cases.case_id = home.case_id
WHERE begun.merchant_id = $1 AND begun.kind = 'begun' AND begun.body ? 'payment_id'
    AND begun.occurred_at < $2::timestamptz - interval '1 hour'
    AND cases.state = 'closed' AND cases.closed_by IS NULL
    AND CASE WHEN begun.body ->> 'step' = 'return_charge' THEN EXISTS (
        SELECT FROM payments
        WHERE payments.merchant_id = $1 AND payments.order_id = begun.body ->> 'order_id'
            AND payments.kind = 'sale' AND payments.state = 'approved' AND payments.standing = 'held'
            AND payments.refunded_minor + payments.refund_reserved_minor < payments.amount_minor
    ) ELSE NOT EXISTS (
        SELECT FROM case_events AS ended
        WHERE ended.merchant_id = $1 AND ended.case_id = begun.case_id AND ended.action_id = begun.action_id || '.end'
    ) AND NOT EXISTS (
        SELECT FROM payments
        WHERE payments.merchant_id = $1 AND payments.payment_id = begun.body ->> 'payment_id'
    ) END
