-- name: merchant
-- The merchant itself: $1 is its id.
INSERT INTO merchants (merchant_id, name, currency, time_zone, created_at)
VALUES ($1, 'Bench', 'CNY', 'Asia/Shanghai', now())

-- name: store
INSERT INTO stores (merchant_id, store_id, name, created_at) VALUES ($1, 's1', 'One', now())

-- name: terminals
-- One for each of the 64 tills.
INSERT INTO terminals (merchant_id, terminal_id, store_id, name, created_at)
SELECT $1, 't' || n, 's1', 'Till ' || n, now() FROM generate_series(0, 63) AS n

-- name: staff
INSERT INTO staff (merchant_id, staff_id, name, created_at) VALUES ($1, 'o1', 'Cashier', now())

-- name: grants
INSERT INTO staff_grants (merchant_id, staff_id, role, given_at) VALUES ($1, 'o1', 'cashier', now())

-- name: items
INSERT INTO items (merchant_id, sku, name_en, price_minor, created_at)
SELECT $1, 'sku' || n, 'Thing ' || n, 333, now() FROM generate_series(1, 2000) AS n

-- name: stock
INSERT INTO stock (merchant_id, store_id, sku, on_hand)
SELECT $1, 's1', 'sku' || n, 1000000 FROM generate_series(1, 2000) AS n

-- name: token
-- $2 is the digest of its secret.
INSERT INTO api_tokens (merchant_id, token_id, secret_digest, scopes, created_at)
VALUES ($1, 'k1', $2, '{sell,read}', now())

-- name: past_orders
-- Sales $2 to $3 of merchant $1, one every two seconds backwards from an hour ago.
INSERT INTO orders (
    merchant_id, order_id, store_id, terminal_id, operator_id, placed_at, closed_at, business_date, state,
    total_minor, currency, request_id, fulfilment, channel, training, input_digest
)
SELECT
    $1, '0' || lpad(n::text, 12, '0'), 's1', 't' || n % 64, 'o1', placed_at, placed_at, placed_at::date, 'paid',
    999, 'CNY', '0' || lpad(n::text, 12, '0'), 'carry_out', 'till', false, md5(n::text)
FROM generate_series($2::bigint, $3::bigint) AS n,
    LATERAL (SELECT date_trunc('hour', now()) - interval '1 hour' - n * interval '2 seconds' AS placed_at) AS told

-- name: past_lines
INSERT INTO order_lines (
    merchant_id, order_id, line_no, sku, name, quantity, amount_minor, line_kind, entry, unit_price_minor,
    list_price_minor
)
SELECT
    $1, '0' || lpad(n::text, 12, '0'), line_no, 'sku' || ((n * line_no) % 2000 + 1), 'Thing', 1, 333, 'goods',
    'scanned', 333, 333
FROM generate_series($2::bigint, $3::bigint) AS n, generate_series(1, 3) AS line_no

-- name: past_payments
INSERT INTO payments (
    merchant_id, payment_id, order_id, kind, tender, amount_minor, currency, state, occurred_at, decided_at,
    business_date, terminal_id, operator_id, store_id, tendered_minor, standing
)
SELECT
    merchant_id, order_id || 'P', order_id, 'sale', 'cash', total_minor, currency, 'approved', placed_at, placed_at,
    business_date, terminal_id, operator_id, store_id, 1000, 'held'
FROM orders
WHERE merchant_id = $1 AND order_id BETWEEN '0' || lpad($2::text, 12, '0') AND '0' || lpad($3::text, 12, '0')

-- name: past_slips
INSERT INTO slips (
    merchant_id, slip_id, order_id, kind, form, state, copy_no, amount_minor, currency, occurred_at, terminal_id
)
SELECT
    merchant_id, order_id, order_id, 'sale', 'paper', 'printed', 0, total_minor, currency, placed_at, terminal_id
FROM orders
WHERE merchant_id = $1 AND order_id BETWEEN '0' || lpad($2::text, 12, '0') AND '0' || lpad($3::text, 12, '0')

-- name: past_facts
INSERT INTO journal (merchant_id, fact_id, tag, subject, occurred_at, actor_id, terminal_id, body)
SELECT
    merchant_id, order_id, 'order:sale:paid', 'order:' || order_id, placed_at, operator_id, terminal_id,
    jsonb_build_object('digest', input_digest, 'payments', jsonb_build_object(order_id || 'P', 'approved'))
FROM orders
WHERE merchant_id = $1 AND order_id BETWEEN '0' || lpad($2::text, 12, '0') AND '0' || lpad($3::text, 12, '0')

-- name: nothing_is_due
DELETE FROM watched WHERE merchant_id = $1

-- name: past_is_watched
-- The watch has looked at everything up to now, under the policy that $2 is the digest of.
INSERT INTO watch_stands (merchant_id, read_through, policy_digest, first_sale_at)
SELECT $1, now(), $2, min(placed_at) FROM orders WHERE merchant_id = $1
ON CONFLICT (merchant_id) DO UPDATE SET read_through = excluded.read_through, policy_digest = excluded.policy_digest
