-- name: differing
-- Of some findings, those that no case knows of yet, and those of which the books say something else than their case
-- was told. All that follows is done for these alone; of most findings there is nothing to tell.
SELECT found.finding_id, known.finding_id IS NULL
FROM unnest($2::text[]) AS given (finding_id)
JOIN public.findings AS found ON found.merchant_id = $1 AND found.finding_id = given.finding_id
LEFT JOIN public.case_findings AS known ON known.merchant_id = $1 AND known.finding_id = found.finding_id
LEFT JOIN public.cases AS led
    ON led.merchant_id = $1 AND led.case_id = known.case_id AND led.leading_id = found.finding_id
WHERE CASE
    WHEN known.finding_id IS NULL THEN found.gone_at IS NULL
    WHEN known.stands IS DISTINCT FROM (found.gone_at IS NULL) THEN true
    ELSE found.gone_at IS NULL AND (
        (found.diagnosis, found.severity, found.amount_at_risk_minor)
            IS DISTINCT FROM (known.diagnosis, known.severity, known.amount_at_risk_minor)
        OR led.case_id IS NOT NULL
            AND (found.store_id, found.terminal_id, found.operator_id, found.occurred_at, found.next_step)
                IS DISTINCT FROM (led.store_id, led.terminal_id, led.operator_id, led.occurred_at, led.next_step)
    )
END

-- name: on_the_desk
-- Every finding of which a case was told, or should have been.
SELECT finding_id FROM public.findings WHERE merchant_id = $1 AND gone_at IS NULL
UNION
SELECT finding_id FROM public.case_findings WHERE merchant_id = $1 AND stands IS NOT FALSE

-- name: name_subjects
-- Write down what new findings are about: their own subjects, and the orders of these.
WITH named AS (
    SELECT
        found.finding_id, about.subject,
        split_part(about.subject, ':', 1) AS noun, substr(about.subject, strpos(about.subject, ':') + 1) AS id
    FROM unnest($2::text[]) AS given (finding_id)
    JOIN public.findings AS found ON found.merchant_id = $1 AND found.finding_id = given.finding_id
    CROSS JOIN LATERAL (VALUES (found.subject), (found.other_subject)) AS about (subject)
    WHERE about.subject IS NOT NULL
),
of_an_order AS (
    SELECT named.finding_id, coalesce(payment.order_id, original.order_id, back.order_id) AS order_id
    FROM named
    JOIN public.payments AS payment ON payment.merchant_id = $1 AND payment.payment_id = named.id
    LEFT JOIN public.payments AS original
        ON original.merchant_id = $1 AND original.payment_id = payment.original_payment_id
    LEFT JOIN public.returns AS back ON back.merchant_id = $1 AND back.return_id = payment.return_id
    WHERE named.noun = 'payment'
    UNION ALL
    SELECT named.finding_id, back.order_id
    FROM named JOIN public.returns AS back ON back.merchant_id = $1 AND back.return_id = named.id
    WHERE named.noun = 'return'
    UNION ALL
    SELECT named.finding_id, notice.order_id
    FROM named JOIN public.notices AS notice ON notice.merchant_id = $1 AND notice.notice_id = named.id
    WHERE named.noun = 'notice'
    UNION ALL
    SELECT named.finding_id, payment.order_id
    FROM named
    JOIN public.acquirer_records AS record ON record.merchant_id = $1 AND record.record_id = named.id
    JOIN public.payments AS payment ON payment.merchant_id = $1 AND payment.payment_id = record.our_reference
    WHERE named.noun = 'acquirer_record'
)
INSERT INTO public.finding_subjects (merchant_id, finding_id, subject, name)
SELECT $1, finding_id, subject, id FROM named
UNION
SELECT $1, finding_id, 'order:' || order_id, order_id FROM of_an_order WHERE order_id IS NOT NULL
ON CONFLICT DO NOTHING

-- name: ties
-- Orders that several new findings of one exception are about, or that a case in hand is about already; of these cases,
-- the oldest. It goes from each finding to its orders, and from each order to its cases, row by row and by their keys:
-- the fences (`OFFSET 0`) leave no other way. In a shop that was just filled nothing is known of how its rows are spread,
-- and a plan that began with all cases in hand read each of them for each order.
WITH about AS (
    SELECT
        found.exception, about.subject, min(found.occurred_at) AS first_at,
        array_agg(found.finding_id ORDER BY found.occurred_at NULLS LAST, found.finding_id) AS finding_ids
    FROM unnest($2::text[]) AS given (finding_id)
    CROSS JOIN LATERAL (
        SELECT finding_id, exception, occurred_at
        FROM public.findings
        WHERE findings.merchant_id = $1 AND findings.finding_id = given.finding_id
        OFFSET 0
    ) AS found
    CROSS JOIN LATERAL (
        SELECT subject
        FROM public.finding_subjects
        WHERE finding_subjects.merchant_id = $1 AND finding_subjects.finding_id = found.finding_id
        OFFSET 0
    ) AS about
    WHERE starts_with(about.subject, 'order:')
    GROUP BY found.exception, about.subject
)
SELECT about.finding_ids, there.opened_at, there.case_id
FROM about
LEFT JOIN LATERAL (
    SELECT in_hand.opened_at, in_hand.case_id
    FROM (
        SELECT finding_id
        FROM public.finding_subjects
        WHERE finding_subjects.merchant_id = $1 AND finding_subjects.subject = about.subject
        OFFSET 0
    ) AS named
    CROSS JOIN LATERAL (
        SELECT exception
        FROM public.findings
        WHERE findings.merchant_id = $1 AND findings.finding_id = named.finding_id
        OFFSET 0
    ) AS found
    CROSS JOIN LATERAL (
        SELECT case_id
        FROM public.case_findings
        WHERE case_findings.merchant_id = $1 AND case_findings.finding_id = named.finding_id
        OFFSET 0
    ) AS known
    CROSS JOIN LATERAL (
        SELECT opened_at, case_id, state
        FROM public.cases
        WHERE cases.merchant_id = $1 AND cases.case_id = known.case_id
        OFFSET 0
    ) AS in_hand
    WHERE found.exception = about.exception AND in_hand.state IN ('open', 'in_progress', 'waiting')
    ORDER BY in_hand.opened_at, in_hand.case_id
    LIMIT 1
) AS there ON true
WHERE cardinality(about.finding_ids) > 1 OR there.case_id IS NOT NULL
ORDER BY about.first_at NULLS LAST, about.finding_ids[1]

-- name: follow_merged
-- A case that became part of another while something joined it takes that along.
UPDATE public.case_findings
SET case_id = cases.merged_into
FROM public.cases
WHERE case_findings.merchant_id = $1 AND case_findings.finding_id = ANY ($2::text[])
    AND cases.merchant_id = $1 AND cases.case_id = case_findings.case_id AND cases.state = 'merged'

-- name: know
-- Keep what cases were told, so that the next change is seen as one.
UPDATE public.case_findings AS known
SET stands = found.gone_at IS NULL, diagnosis = found.diagnosis, severity = found.severity,
    amount_at_risk_minor = found.amount_at_risk_minor
FROM unnest($2::text[]) AS given (case_id)
JOIN public.case_findings AS of_case ON of_case.merchant_id = $1 AND of_case.case_id = given.case_id
JOIN public.findings AS found ON found.merchant_id = $1 AND found.finding_id = of_case.finding_id
WHERE known.merchant_id = $1 AND known.finding_id = found.finding_id
