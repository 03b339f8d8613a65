-- name: open_cases
-- Put new findings into their cases, and open those that are not there yet, with all that their findings say. A case
-- that is there already is told of what joins it afterwards, as of any other change.
WITH placed AS (
    SELECT
        given.case_id, found.*,
        array_position(ARRAY['info', 'low', 'high', 'critical'], found.severity) AS weight,
        NOT EXISTS (
            SELECT FROM public.cases WHERE cases.merchant_id = $1 AND cases.case_id = given.case_id
        ) AS is_new
    FROM unnest($2::text[], $3::text[]) AS given (finding_id, case_id)
    JOIN public.findings AS found ON found.merchant_id = $1 AND found.finding_id = given.finding_id
),
ranked AS (
    SELECT placed.*, row_number() OVER worst AS place, first_value(currency) OVER worst AS leading_currency
    FROM placed
    WINDOW worst AS (PARTITION BY case_id ORDER BY weight DESC, amount_at_risk_minor DESC, finding_id)
),
folded AS (
    SELECT
        ranked.*, count(*) OVER of_case AS findings_n,
        sum(CASE WHEN currency IS NOT DISTINCT FROM leading_currency THEN amount_at_risk_minor ELSE 0 END)
            OVER of_case AS money,
        jsonb_agg(
            jsonb_build_object(
                'finding_id', finding_id, 'diagnosis', diagnosis, 'severity', severity,
                'amount_at_risk_minor', amount_at_risk_minor
            )
        ) OVER of_case AS said
    FROM ranked
    WINDOW of_case AS (PARTITION BY case_id)
),
opened AS (
    INSERT INTO public.cases (
        merchant_id, case_id, exception, diagnosis, severity, next_step, subject, other_subject, store_id, terminal_id,
        operator_id, occurred_at, amount_at_risk_minor, currency, leading_id, findings_n, stands, origin, opened_at,
        due_at, state, version, changed_at
    )
    SELECT
        $1, case_id, exception, diagnosis, severity, next_step, subject, other_subject, store_id, terminal_id,
        operator_id, occurred_at, money, currency, finding_id, findings_n, true,
        CASE found_by WHEN 'audit' THEN 'audit' ELSE 'live' END, $4::timestamptz,
        $4 + CASE severity
            WHEN 'critical' THEN $5::interval WHEN 'high' THEN $6::interval WHEN 'low' THEN $7::interval
            ELSE $8::interval
        END,
        $9, 1, $4
    FROM folded
    WHERE is_new AND place = 1
    ORDER BY case_id
),
came AS (
    INSERT INTO public.case_events (merchant_id, case_id, event_no, kind, state, occurred_at, body)
    SELECT $1, case_id, 1, $10, $9, $4, jsonb_build_object('findings', said)
    FROM folded
    WHERE is_new AND place = 1
)
INSERT INTO public.case_findings (
    merchant_id, finding_id, case_id, stands, diagnosis, severity, amount_at_risk_minor
)
SELECT
    $1, finding_id, case_id, CASE WHEN is_new THEN true END, CASE WHEN is_new THEN diagnosis END,
    CASE WHEN is_new THEN severity END, CASE WHEN is_new THEN amount_at_risk_minor END
FROM placed

-- name: lock_cases_of
-- Keep people from changing the cases of these findings until the books have told them; in the order of their ids.
SELECT cases.case_id
FROM public.cases
WHERE cases.merchant_id = $1 AND cases.case_id IN (
    SELECT known.case_id
    FROM unnest($2::text[]) AS given (finding_id)
    JOIN public.case_findings AS known ON known.merchant_id = $1 AND known.finding_id = given.finding_id
)
ORDER BY cases.case_id
FOR UPDATE

-- name: project
-- What cases say, anew from their findings: that of the worst that stands, and the money of all that do. One that weighs
-- more than before is due sooner, and never later. A case of which nothing stands keeps what it said last.
WITH standing AS (
    SELECT
        known.case_id, found.*,
        array_position(ARRAY['info', 'low', 'high', 'critical'], found.severity) AS weight
    FROM unnest($2::text[]) AS given (case_id)
    JOIN public.case_findings AS known ON known.merchant_id = $1 AND known.case_id = given.case_id
    JOIN public.findings AS found ON found.merchant_id = $1 AND found.finding_id = known.finding_id
    WHERE found.gone_at IS NULL
),
ranked AS (
    SELECT standing.*, row_number() OVER worst AS place, first_value(currency) OVER worst AS leading_currency
    FROM standing
    WINDOW worst AS (PARTITION BY case_id ORDER BY weight DESC, amount_at_risk_minor DESC, finding_id)
),
folded AS (
    SELECT
        ranked.*,
        sum(CASE WHEN currency IS NOT DISTINCT FROM leading_currency THEN amount_at_risk_minor ELSE 0 END)
            OVER (PARTITION BY case_id) AS money,
        CASE severity
            WHEN 'critical' THEN $4::interval WHEN 'high' THEN $5::interval WHEN 'low' THEN $6::interval
            ELSE $7::interval
        END AS within
    FROM ranked
)
UPDATE public.cases
SET exception = folded.exception, diagnosis = folded.diagnosis, severity = folded.severity,
    next_step = folded.next_step, subject = folded.subject, other_subject = folded.other_subject,
    store_id = folded.store_id, terminal_id = folded.terminal_id, operator_id = folded.operator_id,
    occurred_at = folded.occurred_at, amount_at_risk_minor = folded.money, currency = folded.currency,
    leading_id = folded.finding_id, stands = true,
    findings_n = (
        SELECT count(*) FROM public.case_findings AS known
        WHERE known.merchant_id = $1 AND known.case_id = folded.case_id
    ),
    due_at = CASE
        WHEN folded.weight > array_position(ARRAY['info', 'low', 'high', 'critical'], cases.severity)
            THEN LEAST(cases.due_at, $3::timestamptz + folded.within)
        ELSE cases.due_at
    END
FROM folded
WHERE folded.place = 1 AND cases.merchant_id = $1 AND cases.case_id = folded.case_id

-- name: tell
-- Tell cases what the books say now: one event a case, whatever became of how many of its findings. Which event it is
-- is decided here; where it leads is the machine's business, and comes in as `ways`. The cases are locked.
-- Worse is: more money, more severe, or another diagnosis that is not milder. What made the books agree is the newest
-- row about the finding that was recorded since the books last spoke to the case: a fact, a record, a slip, a parcel.
WITH members AS (
    SELECT
        known.case_id, found.finding_id, found.gone_at IS NULL AS stands, coalesce(known.stands, false) AS stood,
        CASE
            WHEN known.stands IS NULL AND found.gone_at IS NULL THEN 'joined'
            WHEN NOT known.stands AND found.gone_at IS NULL THEN 'returned'
            WHEN known.stands AND found.gone_at IS NOT NULL THEN 'gone'
            WHEN found.gone_at IS NULL AND (found.diagnosis, found.severity, found.amount_at_risk_minor)
                IS DISTINCT FROM (known.diagnosis, known.severity, known.amount_at_risk_minor) THEN 'changed'
        END AS became,
        jsonb_build_object(
            'diagnosis', known.diagnosis, 'severity', known.severity,
            'amount_at_risk_minor', known.amount_at_risk_minor
        ) AS was,
        jsonb_build_object(
            'diagnosis', found.diagnosis, 'severity', found.severity,
            'amount_at_risk_minor', found.amount_at_risk_minor
        ) AS now_is,
        sign(
            array_position(ARRAY['info', 'low', 'high', 'critical'], found.severity)
            - array_position(ARRAY['info', 'low', 'high', 'critical'], known.severity)
        ) AS heavier,
        sign(found.amount_at_risk_minor - known.amount_at_risk_minor) AS dearer,
        found.diagnosis IS DISTINCT FROM known.diagnosis AS is_another
    FROM unnest($2::text[]) AS given (case_id)
    JOIN public.case_findings AS known ON known.merchant_id = $1 AND known.case_id = given.case_id
    JOIN public.findings AS found ON found.merchant_id = $1 AND found.finding_id = known.finding_id
),
spoken AS (
    SELECT
        case_id,
        bool_or(stands) AS stands,
        bool_or(stood) AS stood,
        bool_or(became = 'joined') AS has_joined,
        bool_or(became = 'returned') AS has_returned,
        bool_or(
            became IN ('joined', 'returned')
            OR became = 'changed'
                AND (heavier > 0 OR dearer > 0 OR is_another AND heavier >= 0 AND dearer >= 0)
        ) AS is_worse,
        jsonb_agg(
            jsonb_build_object('finding_id', finding_id, 'became', became)
            || CASE became
                WHEN 'joined' THEN jsonb_build_object('is', now_is)
                WHEN 'gone' THEN jsonb_build_object('was', was)
                ELSE jsonb_build_object('was', was, 'is', now_is)
            END
            ORDER BY finding_id
        ) FILTER (WHERE became IS NOT NULL) AS findings
    FROM members
    GROUP BY case_id
),
named AS (
    SELECT
        spoken.*, cases.state, cases.version, cases.severity,
        CASE
            WHEN stood AND NOT spoken.stands THEN 'gone'
            WHEN cases.state = 'closed' AND NOT stood AND spoken.stands THEN 'returned'
            WHEN cases.state = 'closed' AND is_worse THEN 'contradicted'
            WHEN has_joined THEN 'joined'
            WHEN has_returned THEN 'returned'
            ELSE 'changed'
        END AS kind
    FROM spoken JOIN public.cases ON cases.merchant_id = $1 AND cases.case_id = spoken.case_id
    WHERE findings IS NOT NULL
),
decided AS (
    SELECT
        named.*, ways.to_state,
        CASE WHEN named.kind = 'gone' THEN (
            SELECT jsonb_build_object('row', proof.subject, 'recorded_at', proof.recorded_at)
            FROM public.case_findings AS known
            JOIN public.finding_subjects AS about ON about.merchant_id = $1 AND about.finding_id = known.finding_id
            CROSS JOIN LATERAL (
                SELECT about.subject, recorded_at, tag
                FROM public.journal
                WHERE journal.merchant_id = $1 AND journal.subject = about.subject
                UNION ALL
                SELECT journal.subject, journal.recorded_at, journal.tag
                FROM (
                    -- Spelt here: with row-level security, an index serves a comparison with a column only.
                    SELECT 'payment:' || payment_id AS subject
                    FROM public.payments
                    WHERE starts_with(about.subject, 'order:')
                        AND payments.merchant_id = $1 AND payments.order_id = about.name
                    OFFSET 0
                ) AS paid
                JOIN public.journal ON journal.merchant_id = $1 AND journal.subject = paid.subject
                UNION ALL
                SELECT 'acquirer_record:' || record_id, recorded_at, NULL
                FROM public.acquirer_records
                WHERE acquirer_records.merchant_id = $1 AND acquirer_records.our_reference = about.name
                UNION ALL
                SELECT 'slip:' || slip_id, recorded_at, NULL
                FROM public.slips
                WHERE starts_with(about.subject, 'order:')
                    AND slips.merchant_id = $1 AND slips.order_id = about.name
                UNION ALL
                SELECT 'parcel:' || parcel_id, recorded_at, NULL
                FROM public.parcels
                WHERE starts_with(about.subject, 'order:')
                    AND parcels.merchant_id = $1 AND parcels.order_id = about.name
                UNION ALL
                SELECT 'return:' || return_id, recorded_at, NULL
                FROM public.returns
                WHERE starts_with(about.subject, 'order:')
                    AND returns.merchant_id = $1 AND returns.order_id = about.name
                UNION ALL
                SELECT 'payment:' || payment_id, recorded_at, NULL
                FROM public.payments
                WHERE starts_with(about.subject, 'order:')
                    AND payments.merchant_id = $1 AND payments.order_id = about.name
            ) AS proof
            WHERE known.merchant_id = $1 AND known.case_id = named.case_id
                AND proof.recorded_at > (
                    SELECT max(recorded_at) FROM public.case_events
                    WHERE case_events.merchant_id = $1 AND case_events.case_id = named.case_id AND actor_id IS NULL
                ) - interval '1 minute'
            ORDER BY proof.recorded_at DESC, proof.tag NULLS LAST, proof.subject
            LIMIT 1
        ) END AS proof
    FROM named
    LEFT JOIN unnest($8::text[], $9::text[], $10::text[]) AS ways (state, kind, to_state)
        ON ways.state = named.state AND ways.kind = named.kind
),
moved AS (
    UPDATE public.cases
    SET state = decided.to_state,
        version = cases.version + 1,
        changed_at = $3::timestamptz,
        stands = decided.stands,
        owner_id = CASE WHEN cases.state = 'closed' AND decided.to_state <> 'closed' THEN NULL ELSE cases.owner_id END,
        escalated_to = CASE WHEN decided.to_state = 'closed' THEN NULL ELSE cases.escalated_to END,
        waiting_for = CASE WHEN decided.to_state = 'closed' THEN NULL ELSE cases.waiting_for END,
        closed_at = CASE WHEN decided.to_state = 'closed' THEN coalesce(cases.closed_at, $3) END,
        closed_by = CASE WHEN decided.to_state = 'closed' THEN cases.closed_by END,
        closure_reason = CASE WHEN decided.to_state = 'closed' THEN coalesce(cases.closure_reason, 'books_agree') END,
        proof_due_at = CASE WHEN decided.to_state = 'closed' AND decided.stands THEN cases.proof_due_at END,
        due_at = CASE
            WHEN cases.state = 'closed' AND decided.to_state <> 'closed' THEN $3 + CASE cases.severity
                WHEN 'critical' THEN $4::interval WHEN 'high' THEN $5::interval WHEN 'low' THEN $6::interval
                ELSE $7::interval
            END
            ELSE cases.due_at
        END
    FROM decided
    WHERE cases.merchant_id = $1 AND cases.case_id = decided.case_id
)
INSERT INTO public.case_events (merchant_id, case_id, event_no, kind, state, occurred_at, body)
SELECT
    $1, case_id, version + 1, kind, to_state, $3,
    jsonb_strip_nulls(jsonb_build_object('findings', findings, 'proof', proof))
FROM decided
RETURNING case_id, kind

-- name: contradict_closures
-- Closures that do not hold. Those of people that the books should have borne out by now, and have not. And those of the
-- books while money was still to go back: a charge whose order was rebuilt so that it could go back is one until it did,
-- however the step ended, for the rebuilt order is what made the books agree; of any other step that somebody began,
-- nothing was made in the books, and nobody wrote down an end. A closure is either a person's or the books'; that of a
-- person who says that all is put right holds no longer than those of the books where a charge is still here.
WITH unproved AS (
    SELECT case_id, version, jsonb_build_object('proof_due_at', proof_due_at) AS body
    FROM public.cases
    WHERE merchant_id = $1 AND proof_due_at <= $2 AND state = 'closed'
    ORDER BY proof_due_at, case_id
    LIMIT $3
),
broken_off AS (
    SELECT DISTINCT ON (cases.case_id)
        cases.case_id, cases.version, jsonb_build_object('broken_off', begun.action_id) AS body
    FROM public.case_events AS begun
    -- A case is named by its first finding, so where that is by now, there the case is.
    JOIN public.case_findings AS home ON home.merchant_id = $1 AND home.finding_id = begun.case_id
    JOIN public.cases ON cases.merchant_id = $1 AND cases.case_id = home.case_id
    WHERE begun.merchant_id = $1 AND begun.kind = 'begun' AND begun.occurred_at BETWEEN $4 AND $5
        AND begun.body ? 'payment_id'
        AND cases.state = 'closed'
        AND (cases.closed_by IS NULL OR begun.body ->> 'step' = $7 AND cases.closure_reason = ANY ($14::text[]))
        AND CASE WHEN begun.body ->> 'step' = $7 THEN EXISTS (
            SELECT FROM public.payments
            WHERE payments.merchant_id = $1 AND payments.order_id = begun.body ->> 'order_id'
                AND payments.kind = 'sale' AND payments.state = 'approved' AND payments.standing = 'held'
                AND payments.refunded_minor + payments.refund_reserved_minor < payments.amount_minor
        ) ELSE NOT EXISTS (
            SELECT FROM public.case_events AS ended
            WHERE ended.merchant_id = $1 AND ended.case_id = begun.case_id
                AND ended.action_id = begun.action_id || $6
        ) AND NOT EXISTS (
            SELECT FROM public.payments
            WHERE payments.merchant_id = $1 AND payments.payment_id = begun.body ->> 'payment_id'
        ) END
    ORDER BY cases.case_id, begun.event_no
    LIMIT $3
),
denied AS (
    SELECT cases.case_id, cases.version, cases.severity, said.body
    FROM (SELECT * FROM unproved UNION ALL SELECT * FROM broken_off) AS said
    JOIN public.cases ON cases.merchant_id = $1 AND cases.case_id = said.case_id
    WHERE cases.state = 'closed' AND cases.version = said.version
    ORDER BY cases.case_id
    FOR UPDATE OF cases
),
moved AS (
    UPDATE public.cases
    SET state = $12, version = cases.version + 1, changed_at = $2, owner_id = NULL, closed_at = NULL, closed_by = NULL,
        closure_reason = NULL, proof_due_at = NULL,
        due_at = $2 + CASE denied.severity
            WHEN 'critical' THEN $8::interval WHEN 'high' THEN $9::interval WHEN 'low' THEN $10::interval
            ELSE $11::interval
        END
    FROM denied
    WHERE cases.merchant_id = $1 AND cases.case_id = denied.case_id
)
INSERT INTO public.case_events (merchant_id, case_id, event_no, kind, state, occurred_at, body)
SELECT $1, case_id, version + 1, $13, $12, $2, body
FROM denied
