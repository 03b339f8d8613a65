\set i random(1, 2000)
\set j random(1, 2000)
\set k random(1, 2000)
\set t random(0, 63)
\set r random(1, 1000000000000000)
WITH new AS (
    INSERT INTO orders (
        merchant_id, order_id, store_id, terminal_id, operator_id, placed_at, closed_at, business_date, state,
        total_minor, currency, request_id, fulfilment, channel, training, input_digest
    )
    VALUES (
        'm1', 'B' || :r::bigint, 's1', 't' || :t::bigint, 'o1', now(), now(), current_date, 'paid',
        999, 'CNY', 'B' || :r::bigint, 'carry_out', 'till', false, 'c4ca4238a0b923820dcc509a6f75849b'
    )
    ON CONFLICT DO NOTHING
    RETURNING order_id, store_id, terminal_id
),
line AS (
    SELECT new.order_id, new.store_id, item.line_no, item.sku
    FROM new, (VALUES
        (1, 'sku' || :i::bigint), (2, 'sku' || :j::bigint), (3, 'sku' || :k::bigint)
    ) AS item (line_no, sku)
),
written_lines AS (
    INSERT INTO order_lines (
        merchant_id, order_id, line_no, sku, name, quantity, amount_minor, line_kind, entry, unit_price_minor,
        list_price_minor
    )
    SELECT 'm1', order_id, line_no, sku, 'Thing', 1, 333, 'goods', 'scanned', 333, 333 FROM line
),
written_payments AS (
    INSERT INTO payments (
        merchant_id, payment_id, order_id, kind, tender, amount_minor, currency, state, occurred_at, decided_at,
        business_date, terminal_id, operator_id, store_id, tendered_minor, standing
    )
    SELECT
        'm1', order_id || 'P', order_id, 'sale', 'cash', 999, 'CNY', 'approved', now(), now(),
        current_date, terminal_id, 'o1', 's1', 1000, 'held'
    FROM new
),
due AS (
    INSERT INTO slips (
        merchant_id, slip_id, order_id, kind, form, state, copy_no, amount_minor, currency, occurred_at, terminal_id
    )
    SELECT 'm1', order_id, order_id, 'sale', 'paper', 'due', 0, 999, 'CNY', now(), terminal_id FROM new
),
facts AS (
    INSERT INTO journal (merchant_id, fact_id, tag, subject, occurred_at, actor_id, terminal_id, body)
    SELECT
        'm1', order_id, concat_ws(chr(58), 'order', 'sale', 'paid'), concat_ws(chr(58), 'order', order_id), now(),
        'o1', terminal_id,
        jsonb_build_object('digest', 'c4ca4238a0b923820dcc509a6f75849b', 'payments',
            jsonb_build_object(order_id || 'P', 'approved'))
    FROM new
),
moved AS (
    SELECT store_id, sku, count(*) AS quantity FROM line GROUP BY store_id, sku
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
    WHERE stock.merchant_id = 'm1' AND stock.store_id = locked.store_id AND stock.sku = locked.sku
)
SELECT count(*) FROM new;
