-- name: write_moves
-- What people did to cases, case by case; each only where it still is what they saw, and one version on. The rows are
-- locked and were read, so each of them is written, or something is wrong with us.
WITH after AS (
    SELECT * FROM json_to_recordset($2::json) AS given (
        case_id text, version int, was text, state text, due_at timestamptz, changed_at timestamptz, owner_id text,
        escalated_to text, waiting_for text, merged_into text, closed_at timestamptz, closed_by text,
        closure_reason text, proof_due_at timestamptz, kind text, actor_id text, action_id text, said text, body jsonb
    )
),
moved AS (
    UPDATE public.cases
    SET state = after.state, version = after.version, due_at = after.due_at, changed_at = after.changed_at,
        owner_id = after.owner_id, escalated_to = after.escalated_to, waiting_for = after.waiting_for,
        merged_into = after.merged_into, closed_at = after.closed_at, closed_by = after.closed_by,
        closure_reason = after.closure_reason, proof_due_at = after.proof_due_at
    FROM after
    WHERE cases.merchant_id = $1 AND cases.case_id = after.case_id
        AND cases.version = after.version - 1 AND cases.state = after.was
    RETURNING cases.case_id
)
INSERT INTO public.case_events (
    merchant_id, case_id, event_no, kind, state, occurred_at, actor_id, action_id, text, body
)
SELECT $1, case_id, version, kind, state, changed_at, actor_id, action_id, said, body
FROM after JOIN moved USING (case_id)
RETURNING case_id

-- name: open_parted
-- The case of a finding that is taken out of another one and never had one of its own; returns its exception.
WITH parted AS (
    SELECT * FROM public.findings WHERE merchant_id = $1 AND finding_id = $2
),
opened AS (
    INSERT INTO public.cases (
        merchant_id, case_id, exception, diagnosis, severity, next_step, subject, other_subject, store_id, terminal_id,
        operator_id, occurred_at, amount_at_risk_minor, currency, leading_id, findings_n, stands, origin, opened_at,
        due_at, state, version, changed_at
    )
    SELECT
        $1, finding_id, exception, diagnosis, severity, next_step, subject, other_subject, store_id, terminal_id,
        operator_id, occurred_at, amount_at_risk_minor, currency, finding_id, 1, true,
        CASE found_by WHEN 'audit' THEN 'audit' ELSE 'live' END, $3::timestamptz,
        $3 + CASE severity
            WHEN 'critical' THEN $4::interval WHEN 'high' THEN $5::interval WHEN 'low' THEN $6::interval
            ELSE $7::interval
        END,
        $8, 1, $3
    FROM parted
),
came AS (
    INSERT INTO public.case_events (
        merchant_id, case_id, event_no, kind, state, occurred_at, actor_id, action_id, body
    )
    SELECT $1, finding_id, 1, $9, $8, $3, $10, $11, jsonb_build_object('parted_from', $12::text)
    FROM parted
)
SELECT exception FROM parted

-- name: row_of_a_book
-- A row of a book by its noun and its number, with the store that it is of; a slip, a parcel, a return and a notice are
-- of the store of their order or payment. No row: there is none of that number. Each noun has one arm that may answer.
SELECT orders.store_id FROM public.orders WHERE $2 = 'order' AND merchant_id = $1 AND order_id = $3
UNION ALL
SELECT payments.store_id FROM public.payments WHERE $2 = 'payment' AND merchant_id = $1 AND payment_id = $3
UNION ALL
SELECT acquirer_records.store_id FROM public.acquirer_records
WHERE $2 = 'acquirer_record' AND merchant_id = $1 AND record_id = $3
UNION ALL
SELECT coalesce(orders.store_id, payments.store_id)
FROM public.slips LEFT JOIN public.orders USING (merchant_id, order_id)
    LEFT JOIN public.payments ON payments.merchant_id = slips.merchant_id AND payments.payment_id = slips.payment_id
WHERE $2 = 'slip' AND slips.merchant_id = $1 AND slips.slip_id = $3
UNION ALL
SELECT orders.store_id FROM public.parcels LEFT JOIN public.orders USING (merchant_id, order_id)
WHERE $2 = 'parcel' AND parcels.merchant_id = $1 AND parcels.parcel_id = $3
UNION ALL
SELECT orders.store_id FROM public.returns LEFT JOIN public.orders USING (merchant_id, order_id)
WHERE $2 = 'return' AND returns.merchant_id = $1 AND returns.return_id = $3
UNION ALL
SELECT coalesce(orders.store_id, payments.store_id)
FROM public.notices LEFT JOIN public.orders USING (merchant_id, order_id)
    LEFT JOIN public.payments ON payments.merchant_id = notices.merchant_id
        AND payments.payment_id = notices.payment_id
WHERE $2 = 'notice' AND notices.merchant_id = $1 AND notices.notice_id = $3
UNION ALL
SELECT NULL FROM public.bills WHERE $2 = 'bill' AND merchant_id = $1 AND file_digest = $3

-- name: with_charges
-- Of some cases, those in which somebody began to give a charge back whose order was rebuilt for that, and which is not
-- going back: it was declined, or never sent. A case that is part of another has its findings, and its charges, there.
SELECT DISTINCT home.case_id
FROM unnest($2::text[]) AS given (case_id)
JOIN public.case_findings AS home ON home.merchant_id = $1 AND home.case_id = given.case_id
JOIN public.case_events AS begun
    ON begun.merchant_id = $1 AND begun.case_id = home.finding_id AND begun.kind = 'begun'
    AND begun.body ->> 'step' = $3
JOIN public.payments
    ON payments.merchant_id = $1 AND payments.order_id = begun.body ->> 'order_id' AND payments.kind = 'sale'
WHERE payments.state = 'approved' AND payments.standing = 'held'
    AND payments.refunded_minor + payments.refund_reserved_minor < payments.amount_minor
