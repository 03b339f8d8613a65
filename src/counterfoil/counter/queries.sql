-- name: enter
-- Name the merchant of what follows, and keep its stores' days from being closed before we have committed.
SELECT
    set_config('counterfoil.merchant_id', $1, true),
    (SELECT count(pg_advisory_xact_lock_shared(hashtextextended($1 || '/' || store_id, 0)))
     FROM unnest($2::text[]) AS store_id)

-- name: record_sales
-- Write many sales of one merchant: order, lines, payments, the slip that is due, the fact, the stock. An id that is
-- there already, or comes twice, is left out, and so are all its rows. Ids and stock rows are taken in the order of
-- their keys: two batches that meet then wait for each other, and never both.
WITH given AS (
    SELECT * FROM json_to_recordset($1::json) AS sale (
        order_id text, store_id text, terminal_id text, operator_id text, sequence_no text, placed_at timestamptz,
        closed_at timestamptz, business_date date, state text, total_minor bigint, currency text, customer_key text,
        request_id text, fulfilment text, promised_at timestamptz, channel text, training bool, repeat_of text,
        parked_at timestamptz, input_digest text, fact_id text, body jsonb
    )
),
dated AS (
    SELECT given.*, GREATEST(given.business_date, store_days.closed_through + 1) AS counted_on
    FROM given LEFT JOIN store_days USING (store_id)
),
new AS (
    INSERT INTO orders (
        merchant_id, order_id, store_id, terminal_id, operator_id, sequence_no, placed_at, closed_at, business_date,
        state, total_minor, currency, customer_key, request_id, fulfilment, promised_at, channel, training, repeat_of,
        parked_at, input_digest
    )
    SELECT
        $4, order_id, store_id, terminal_id, operator_id, sequence_no, placed_at, closed_at, counted_on,
        state, total_minor, currency, customer_key, request_id, fulfilment, promised_at, channel, training, repeat_of,
        parked_at, input_digest
    FROM dated
    ORDER BY order_id
    ON CONFLICT DO NOTHING
    RETURNING order_id, store_id, terminal_id, operator_id, placed_at, business_date, state, currency, training
),
line AS (
    SELECT line.*, new.store_id, new.state, new.training
    FROM new JOIN json_to_recordset($2::json) AS line (
        order_id text, line_no bigint, sku text, name text, quantity numeric, amount_minor bigint, line_kind text,
        entry text, unit_price_minor bigint, list_price_minor bigint, tax_code text, tax_minor bigint,
        of_line_no bigint, authoriser_id text, reason text
    ) USING (order_id)
),
written_lines AS (
    INSERT INTO order_lines (
        merchant_id, order_id, line_no, sku, name, quantity, amount_minor, line_kind, entry, unit_price_minor,
        list_price_minor, tax_code, tax_minor, of_line_no, authoriser_id, reason
    )
    SELECT
        $4, order_id, line_no, sku, name, quantity, amount_minor, line_kind, entry, unit_price_minor,
        list_price_minor, tax_code, tax_minor, of_line_no, authoriser_id, reason
    FROM line
),
tender AS (
    SELECT
        payment.*, new.store_id, new.terminal_id, new.operator_id, new.placed_at, new.business_date, new.currency,
        row_number() OVER (PARTITION BY new.terminal_id, payment.traced ORDER BY payment.payment_id) AS place
    FROM new JOIN json_to_recordset($3::json) AS payment (
        payment_id text, order_id text, tender text, amount_minor bigint, tendered_minor bigint, state text,
        standing text, acquirer text, traced bool, decided_at timestamptz, resolve_at timestamptz,
        instrument_key text, instrument_tail text
    ) USING (order_id)
),
lane AS (
    -- A lane's trace numbers have six digits and wrap; it takes as many at once as it needs.
    INSERT INTO stan_counters (merchant_id, terminal_id, last_stan)
    SELECT $4, terminal_id, count(*) FROM tender WHERE traced GROUP BY terminal_id ORDER BY terminal_id
    ON CONFLICT (merchant_id, terminal_id) DO UPDATE
    SET last_stan = (stan_counters.last_stan + excluded.last_stan - 1) % 999999 + 1
    RETURNING terminal_id, last_stan
),
traced AS (
    SELECT
        tender.*,
        CASE WHEN traced THEN lpad(((last_stan - place + 999999) % 999999 + 1)::text, 6, '0') END AS stan
    FROM tender LEFT JOIN lane USING (terminal_id)
),
written_payments AS (
    INSERT INTO payments (
        merchant_id, payment_id, order_id, kind, tender, amount_minor, currency, state, occurred_at, decided_at,
        business_date, instrument_key, instrument_tail, terminal_id, operator_id, acquirer, stan, store_id,
        tendered_minor, standing, resolve_at
    )
    SELECT
        $4, payment_id, order_id, 'sale', tender, amount_minor, currency, state, placed_at, decided_at,
        business_date, instrument_key, instrument_tail, terminal_id, operator_id, acquirer, stan, store_id,
        tendered_minor, standing, resolve_at
    FROM traced
),
due AS (
    INSERT INTO slips (
        merchant_id, slip_id, order_id, kind, form, state, copy_no, amount_minor, currency, occurred_at, terminal_id
    )
    SELECT
        $4, order_id, order_id, 'sale', 'paper', 'due', 0, total_minor, given.currency, closed_at, given.terminal_id
    FROM new JOIN given USING (order_id)
    WHERE new.state = 'paid' AND NOT new.training
),
facts AS (
    INSERT INTO journal (merchant_id, fact_id, tag, subject, occurred_at, actor_id, terminal_id, body)
    SELECT
        $4, fact_id, 'order:sale:' || new.state, 'order:' || order_id, new.placed_at, new.operator_id,
        new.terminal_id, body
    FROM new JOIN given USING (order_id)
),
moved AS (
    SELECT store_id, sku, sum(quantity) AS quantity
    FROM line
    WHERE state = 'paid' AND NOT training AND line_kind = 'goods'
    GROUP BY store_id, sku
),
locked AS (
    SELECT stock.store_id, stock.sku, moved.quantity
    FROM moved JOIN stock USING (store_id, sku)
    ORDER BY stock.store_id, stock.sku
    FOR UPDATE OF stock
),
left_over AS (
    UPDATE stock SET on_hand = on_hand - locked.quantity
    FROM locked
    WHERE stock.merchant_id = $4 AND stock.store_id = locked.store_id AND stock.sku = locked.sku
)
SELECT new.order_id, new.business_date, traced.payment_id, traced.stan
FROM new LEFT JOIN traced ON traced.order_id = new.order_id AND traced.traced

-- name: sales_that_exist
-- Read back the sales whose ids or requests were there already, as they stand now.
SELECT
    orders.*,
    (SELECT json_agg(order_lines ORDER BY line_no)
     FROM order_lines WHERE order_lines.merchant_id = $1 AND order_lines.order_id = orders.order_id) AS lines,
    (SELECT json_agg(payments ORDER BY payment_id)
     FROM payments WHERE payments.merchant_id = $1 AND payments.order_id = orders.order_id AND kind = 'sale') AS tenders,
    (SELECT body -> 'prices_as_told'
     FROM journal
     WHERE
         journal.merchant_id = $1
         AND journal.subject = 'order:' || orders.order_id
         AND journal.tag IN ('order:sale:open', 'order:sale:paid')
     ORDER BY fact_id LIMIT 1) AS prices_as_told
FROM orders
WHERE merchant_id = $1 AND (order_id = ANY($2) OR (request_id = ANY($3) AND entered_by = 'counter'))
