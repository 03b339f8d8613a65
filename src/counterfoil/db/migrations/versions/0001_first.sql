-- Every table of the shop. Written by `python -m tools.first_migration`; frozen with the first release.
-- Keys begin with merchant_id; row-level security is forced; counterfoil_app owns nothing.

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO counterfoil_app, counterfoil_sealer;
GRANT SELECT ON upkeep.revision TO counterfoil_app, counterfoil_sealer;

CREATE TABLE acquirer_batches (
    merchant_id TEXT COLLATE "C" NOT NULL,
    batch_id TEXT COLLATE "C" NOT NULL,
    acquirer TEXT NOT NULL,
    terminal_id TEXT COLLATE "C" NOT NULL,
    business_date DATE NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    closed_at TIMESTAMP WITH TIME ZONE,
    outcome TEXT,
    response_code TEXT,
    CONSTRAINT acquirer_batches_key PRIMARY KEY (merchant_id, batch_id),
    CONSTRAINT acquirer_batches_outcome_is_known CHECK (outcome IN ('equal', 'unequal', 'unknown', 'not_needed'))
);
COMMENT ON TABLE acquirer_batches IS 'One lane''s messages between two settlements.';
ALTER TABLE acquirer_batches ENABLE ROW LEVEL SECURITY;
ALTER TABLE acquirer_batches FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON acquirer_batches
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT, UPDATE (closed_at, outcome, response_code) ON acquirer_batches TO counterfoil_app;

CREATE TABLE acquirer_records (
    merchant_id TEXT COLLATE "C" NOT NULL,
    record_id TEXT COLLATE "C" NOT NULL,
    acquirer TEXT NOT NULL,
    source TEXT,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
    settled_on DATE,
    our_reference TEXT COLLATE "C",
    original_reference TEXT COLLATE "C",
    acquirer_reference TEXT,
    stan TEXT,
    rrn TEXT,
    approval_code TEXT,
    store_id TEXT COLLATE "C",
    terminal_id TEXT COLLATE "C",
    operator_id TEXT COLLATE "C",
    instrument_key TEXT COLLATE "C",
    instrument_tail TEXT,
    entered_by TEXT DEFAULT 'counter' NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    came_with TEXT,
    CONSTRAINT acquirer_records_key PRIMARY KEY (merchant_id, record_id),
    CONSTRAINT acquirer_records_entered_by_is_known CHECK (entered_by IN ('counter', 'import')),
    CONSTRAINT acquirer_records_source_is_known CHECK (source IN ('bill', 'settlement', 'webhook', 'inquiry')),
    CONSTRAINT acquirer_records_kind_is_known CHECK (kind IN ('sale', 'void', 'reversal', 'refund', 'fee', 'chargeback')),
    CONSTRAINT acquirer_records_state_is_known CHECK (state IN ('succeeded', 'pending', 'failed')),
    CONSTRAINT acquirer_records_amount_minor_is_not_negative CHECK (amount_minor >= 0)
);
COMMENT ON TABLE acquirer_records IS 'Their book: rows of bills, settlement files, webhooks and inquiries.';
CREATE INDEX acquirer_records_by_our_reference ON acquirer_records (merchant_id, our_reference);
CREATE INDEX acquirer_records_by_time ON acquirer_records (merchant_id, occurred_at);
ALTER TABLE acquirer_records ENABLE ROW LEVEL SECURITY;
ALTER TABLE acquirer_records FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON acquirer_records
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT ON acquirer_records TO counterfoil_app;

CREATE TABLE journal (
    merchant_id TEXT COLLATE "C" NOT NULL,
    fact_id TEXT COLLATE "C" NOT NULL,
    tag TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    actor_id TEXT COLLATE "C",
    terminal_id TEXT COLLATE "C",
    body JSONB NOT NULL,
    CONSTRAINT journal_key PRIMARY KEY (merchant_id, fact_id)
);
COMMENT ON TABLE journal IS 'One row a fact: what happened, to which row, when, by whom.';
CREATE INDEX journal_by_subject ON journal (merchant_id, subject);
CREATE INDEX journal_by_time ON journal (merchant_id, recorded_at);
ALTER TABLE journal ENABLE ROW LEVEL SECURITY;
ALTER TABLE journal FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON journal
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT ON journal TO counterfoil_app;
GRANT SELECT ON journal TO counterfoil_sealer;

CREATE TABLE notices (
    merchant_id TEXT COLLATE "C" NOT NULL,
    notice_id TEXT COLLATE "C" NOT NULL,
    origin TEXT NOT NULL,
    channel TEXT NOT NULL,
    says TEXT NOT NULL,
    state TEXT NOT NULL,
    order_id TEXT COLLATE "C",
    payment_id TEXT COLLATE "C",
    our_reference TEXT COLLATE "C",
    amount_minor BIGINT,
    currency TEXT,
    customer_key TEXT COLLATE "C",
    instrument_tail TEXT,
    occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
    entered_by TEXT DEFAULT 'counter' NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT notices_key PRIMARY KEY (merchant_id, notice_id),
    CONSTRAINT notices_entered_by_is_known CHECK (entered_by IN ('counter', 'import')),
    CONSTRAINT notices_origin_is_known CHECK (origin IN ('shop', 'acquirer', 'bank', 'platform')),
    CONSTRAINT notices_channel_is_known CHECK (channel IN ('sms', 'email', 'push', 'webhook', 'portal')),
    CONSTRAINT notices_says_is_known CHECK (says IN ('charged', 'refunded', 'reversed', 'shipped', 'delivered', 'other')),
    CONSTRAINT notices_state_is_known CHECK (state IN ('queued', 'accepted', 'delivered', 'failed')),
    CONSTRAINT notices_amount_minor_is_not_negative CHECK (amount_minor >= 0)
);
ALTER TABLE notices ENABLE ROW LEVEL SECURITY;
ALTER TABLE notices FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON notices
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT, UPDATE (state) ON notices TO counterfoil_app;

CREATE TABLE order_lines (
    merchant_id TEXT COLLATE "C" NOT NULL,
    order_id TEXT COLLATE "C" NOT NULL,
    line_no BIGINT NOT NULL,
    sku TEXT NOT NULL,
    name TEXT,
    quantity NUMERIC(18, 4) NOT NULL,
    amount_minor BIGINT NOT NULL,
    line_kind TEXT,
    voided_at TIMESTAMP WITH TIME ZONE,
    entry TEXT,
    unit_price_minor BIGINT,
    list_price_minor BIGINT,
    tax_code TEXT COLLATE "C",
    tax_minor BIGINT,
    of_line_no BIGINT,
    authoriser_id TEXT COLLATE "C",
    reason TEXT,
    refund_reserved_quantity NUMERIC(18, 4) DEFAULT '0' NOT NULL,
    refunded_quantity NUMERIC(18, 4) DEFAULT '0' NOT NULL,
    CONSTRAINT order_lines_key PRIMARY KEY (merchant_id, order_id, line_no),
    CONSTRAINT order_lines_refund_is_not_negative CHECK (refund_reserved_quantity >= 0 AND refunded_quantity >= 0),
    CONSTRAINT order_lines_refund_within_sold CHECK (refund_reserved_quantity + refunded_quantity <= quantity),
    CONSTRAINT order_lines_amount_minor_is_not_negative CHECK (amount_minor >= 0),
    CONSTRAINT order_lines_line_kind_is_known CHECK (line_kind IN ('goods', 'service', 'shipping', 'fee', 'tip', 'deposit', 'tax', 'discount')),
    CONSTRAINT order_lines_entry_is_known CHECK (entry IN ('scanned', 'keyed', 'touched'))
);
COMMENT ON TABLE order_lines IS 'The lines that are not voided sum to the order''s total.';
ALTER TABLE order_lines ENABLE ROW LEVEL SECURITY;
ALTER TABLE order_lines FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON order_lines
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT, UPDATE (voided_at, refund_reserved_quantity, refunded_quantity) ON order_lines TO counterfoil_app;

CREATE TABLE orders (
    merchant_id TEXT COLLATE "C" NOT NULL,
    order_id TEXT COLLATE "C" NOT NULL,
    store_id TEXT COLLATE "C",
    terminal_id TEXT COLLATE "C",
    operator_id TEXT COLLATE "C",
    sequence_no TEXT,
    placed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    closed_at TIMESTAMP WITH TIME ZONE,
    business_date DATE,
    state TEXT NOT NULL,
    total_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    customer_key TEXT COLLATE "C",
    request_id TEXT COLLATE "C",
    fulfilment TEXT NOT NULL,
    promised_at TIMESTAMP WITH TIME ZONE,
    address_ok BOOLEAN,
    channel TEXT,
    training BOOLEAN,
    repeat_of TEXT COLLATE "C",
    entered_by TEXT DEFAULT 'counter' NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    parked_at TIMESTAMP WITH TIME ZONE,
    input_digest TEXT,
    CONSTRAINT orders_key PRIMARY KEY (merchant_id, order_id),
    CONSTRAINT orders_entered_by_is_known CHECK (entered_by IN ('counter', 'import')),
    CONSTRAINT orders_state_is_known CHECK (state IN ('open', 'paid', 'voided', 'cancelled')),
    CONSTRAINT orders_total_minor_is_not_negative CHECK (total_minor >= 0),
    CONSTRAINT orders_fulfilment_is_known CHECK (fulfilment IN ('carry_out', 'pickup', 'delivery')),
    CONSTRAINT orders_channel_is_known CHECK (channel IN ('till', 'online', 'phone', 'import'))
);
CREATE UNIQUE INDEX one_order_per_request ON orders (merchant_id, request_id) WHERE entered_by = 'counter';
CREATE INDEX orders_by_time ON orders (merchant_id, placed_at);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON orders
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT, UPDATE (state, closed_at, business_date, parked_at, fulfilment, promised_at, address_ok) ON orders TO counterfoil_app;

CREATE TABLE parcels (
    merchant_id TEXT COLLATE "C" NOT NULL,
    parcel_id TEXT COLLATE "C" NOT NULL,
    order_id TEXT COLLATE "C" NOT NULL,
    carrier TEXT,
    tracking_number TEXT,
    shipped_at TIMESTAMP WITH TIME ZONE,
    uploaded_at TIMESTAMP WITH TIME ZONE,
    promised_at TIMESTAMP WITH TIME ZONE,
    state TEXT NOT NULL,
    delivered_at TIMESTAMP WITH TIME ZONE,
    disputed_at TIMESTAMP WITH TIME ZONE,
    dispute TEXT,
    confirmed_at TIMESTAMP WITH TIME ZONE,
    confirmed_by TEXT,
    entered_by TEXT DEFAULT 'counter' NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT parcels_key PRIMARY KEY (merchant_id, parcel_id),
    CONSTRAINT parcels_entered_by_is_known CHECK (entered_by IN ('counter', 'import')),
    CONSTRAINT parcels_state_is_known CHECK (state IN ('created', 'shipped', 'delivered', 'confirmed', 'returned', 'lost')),
    CONSTRAINT parcels_dispute_is_known CHECK (dispute IN ('not_received', 'wrong_goods', 'missing_goods', 'damaged', 'other')),
    CONSTRAINT parcels_confirmed_by_is_known CHECK (confirmed_by IN ('customer', 'policy', 'staff'))
);
CREATE INDEX parcels_by_order ON parcels (merchant_id, order_id);
ALTER TABLE parcels ENABLE ROW LEVEL SECURITY;
ALTER TABLE parcels FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON parcels
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT, UPDATE (state, shipped_at, uploaded_at, delivered_at, disputed_at, dispute, confirmed_at, confirmed_by) ON parcels TO counterfoil_app;

CREATE TABLE payments (
    merchant_id TEXT COLLATE "C" NOT NULL,
    payment_id TEXT COLLATE "C" NOT NULL,
    order_id TEXT COLLATE "C",
    return_id TEXT COLLATE "C",
    kind TEXT NOT NULL,
    original_payment_id TEXT COLLATE "C",
    tender TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    state TEXT NOT NULL,
    occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE,
    business_date DATE,
    request_id TEXT COLLATE "C",
    instrument_key TEXT COLLATE "C",
    instrument_tail TEXT,
    terminal_id TEXT COLLATE "C",
    operator_id TEXT COLLATE "C",
    authoriser_id TEXT COLLATE "C",
    reason TEXT,
    acquirer TEXT,
    stan TEXT,
    rrn TEXT,
    approval_code TEXT,
    response_code TEXT,
    entered_by TEXT DEFAULT 'counter' NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    store_id TEXT COLLATE "C",
    acquirer_reference TEXT,
    tendered_minor BIGINT,
    batch_id TEXT COLLATE "C",
    standing TEXT,
    refund_reserved_minor BIGINT DEFAULT '0' NOT NULL,
    refunded_minor BIGINT DEFAULT '0' NOT NULL,
    rung SMALLINT DEFAULT '0' NOT NULL,
    tries SMALLINT DEFAULT '0' NOT NULL,
    last_tried_at TIMESTAMP WITH TIME ZONE,
    resolve_at TIMESTAMP WITH TIME ZONE,
    leased_until TIMESTAMP WITH TIME ZONE,
    CONSTRAINT payments_key PRIMARY KEY (merchant_id, payment_id),
    CONSTRAINT payments_entered_by_is_known CHECK (entered_by IN ('counter', 'import')),
    CONSTRAINT payments_standing_is_known CHECK (standing IN ('held', 'void_intended', 'void_unknown', 'voided')),
    CONSTRAINT payments_refund_is_not_negative CHECK (refund_reserved_minor >= 0 AND refunded_minor >= 0),
    CONSTRAINT payments_refund_within_capture CHECK (refund_reserved_minor + refunded_minor <= amount_minor),
    CONSTRAINT payments_void_excludes_refund CHECK (standing IS NULL OR standing = 'held' OR refund_reserved_minor + refunded_minor = 0),
    CONSTRAINT payments_undo_has_original CHECK ((kind = 'sale') OR entered_by = 'import' OR original_payment_id IS NOT NULL),
    CONSTRAINT payments_kind_is_known CHECK (kind IN ('sale', 'void', 'reversal', 'refund')),
    CONSTRAINT payments_tender_is_known CHECK (tender IN ('cash', 'card', 'wechat', 'alipay', 'unionpay_code', 'voucher', 'member_balance', 'other')),
    CONSTRAINT payments_amount_minor_is_not_negative CHECK (amount_minor >= 0),
    CONSTRAINT payments_state_is_known CHECK (state IN ('intended', 'approved', 'declined', 'unknown', 'cancelled'))
);
COMMENT ON TABLE payments IS 'Our own book of payments.';
CREATE UNIQUE INDEX one_undo_per_payment ON payments (merchant_id, original_payment_id) WHERE entered_by = 'counter' AND kind IN ('void', 'reversal') AND state NOT IN ('declined', 'cancelled');
CREATE INDEX payments_by_due ON payments (merchant_id, resolve_at) WHERE resolve_at IS NOT NULL;
CREATE INDEX payments_by_order ON payments (merchant_id, order_id);
CREATE INDEX payments_by_original ON payments (merchant_id, original_payment_id) WHERE original_payment_id IS NOT NULL;
CREATE INDEX payments_by_time ON payments (merchant_id, occurred_at);
ALTER TABLE payments ENABLE ROW LEVEL SECURITY;
ALTER TABLE payments FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON payments
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT, UPDATE (state, decided_at, business_date, stan, rrn, approval_code, response_code, acquirer_reference, instrument_key, instrument_tail, batch_id, standing, refund_reserved_minor, refunded_minor, rung, tries, last_tried_at, resolve_at, leased_until) ON payments TO counterfoil_app;

CREATE TABLE return_lines (
    merchant_id TEXT COLLATE "C" NOT NULL,
    return_id TEXT COLLATE "C" NOT NULL,
    line_no BIGINT NOT NULL,
    sku TEXT NOT NULL,
    quantity NUMERIC(18, 4) NOT NULL,
    amount_minor BIGINT NOT NULL,
    line_kind TEXT,
    order_line_no BIGINT,
    condition TEXT,
    CONSTRAINT return_lines_key PRIMARY KEY (merchant_id, return_id, line_no),
    CONSTRAINT return_lines_amount_minor_is_not_negative CHECK (amount_minor >= 0),
    CONSTRAINT return_lines_line_kind_is_known CHECK (line_kind IN ('goods', 'service', 'shipping', 'fee', 'tip', 'deposit', 'tax', 'discount')),
    CONSTRAINT return_lines_condition_is_known CHECK (condition IN ('good', 'opened', 'damaged'))
);
ALTER TABLE return_lines ENABLE ROW LEVEL SECURITY;
ALTER TABLE return_lines FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON return_lines
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT ON return_lines TO counterfoil_app;

CREATE TABLE returns (
    merchant_id TEXT COLLATE "C" NOT NULL,
    return_id TEXT COLLATE "C" NOT NULL,
    order_id TEXT COLLATE "C",
    state TEXT NOT NULL,
    requested_at TIMESTAMP WITH TIME ZONE NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE,
    received_at TIMESTAMP WITH TIME ZONE,
    operator_id TEXT COLLATE "C",
    authoriser_id TEXT COLLATE "C",
    reason TEXT,
    amount_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    customer_key TEXT COLLATE "C",
    instrument_key TEXT COLLATE "C",
    restocked_at TIMESTAMP WITH TIME ZONE,
    entered_by TEXT DEFAULT 'counter' NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT returns_key PRIMARY KEY (merchant_id, return_id),
    CONSTRAINT returns_entered_by_is_known CHECK (entered_by IN ('counter', 'import')),
    CONSTRAINT returns_state_is_known CHECK (state IN ('requested', 'approved', 'rejected', 'received', 'refunded', 'exchanged', 'reshipped', 'closed')),
    CONSTRAINT returns_amount_minor_is_not_negative CHECK (amount_minor >= 0)
);
CREATE INDEX returns_by_order ON returns (merchant_id, order_id);
ALTER TABLE returns ENABLE ROW LEVEL SECURITY;
ALTER TABLE returns FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON returns
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT, UPDATE (state, decided_at, received_at, restocked_at) ON returns TO counterfoil_app;

CREATE TABLE seals (
    merchant_id TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    fact_id TEXT COLLATE "C" NOT NULL,
    sealed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    seal BYTEA NOT NULL,
    CONSTRAINT seals_key PRIMARY KEY (merchant_id, position),
    CONSTRAINT one_seal_per_fact UNIQUE (merchant_id, fact_id),
    CONSTRAINT seals_seal_is_sha256 CHECK (octet_length(seal) = 32)
);
COMMENT ON TABLE seals IS 'The chain over the journal; only the sealer writes it.';
ALTER TABLE seals ENABLE ROW LEVEL SECURITY;
ALTER TABLE seals FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON seals
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT ON seals TO counterfoil_app;
GRANT SELECT, INSERT ON seals TO counterfoil_sealer;

CREATE TABLE slips (
    merchant_id TEXT COLLATE "C" NOT NULL,
    slip_id TEXT COLLATE "C" NOT NULL,
    order_id TEXT COLLATE "C",
    payment_id TEXT COLLATE "C",
    return_id TEXT COLLATE "C",
    kind TEXT NOT NULL,
    form TEXT NOT NULL,
    state TEXT NOT NULL,
    fault TEXT,
    copy_no BIGINT NOT NULL,
    amount_minor BIGINT,
    currency TEXT,
    occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
    terminal_id TEXT COLLATE "C",
    entered_by TEXT DEFAULT 'counter' NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT slips_key PRIMARY KEY (merchant_id, slip_id),
    CONSTRAINT slips_entered_by_is_known CHECK (entered_by IN ('counter', 'import')),
    CONSTRAINT slips_kind_is_known CHECK (kind IN ('sale', 'void', 'refund', 'return', 'delivery')),
    CONSTRAINT slips_form_is_known CHECK (form IN ('paper', 'electronic', 'invoice', 'manual')),
    CONSTRAINT slips_state_is_known CHECK (state IN ('due', 'printing', 'printed', 'sent', 'failed')),
    CONSTRAINT slips_amount_minor_is_not_negative CHECK (amount_minor >= 0)
);
CREATE INDEX slips_by_order ON slips (merchant_id, order_id);
ALTER TABLE slips ENABLE ROW LEVEL SECURITY;
ALTER TABLE slips FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON slips
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT, UPDATE (state, fault) ON slips TO counterfoil_app;

CREATE TABLE stan_counters (
    merchant_id TEXT COLLATE "C" NOT NULL,
    terminal_id TEXT COLLATE "C" NOT NULL,
    last_stan INTEGER NOT NULL,
    CONSTRAINT stan_counters_key PRIMARY KEY (merchant_id, terminal_id),
    CONSTRAINT stan_counters_stan_has_six_digits CHECK (last_stan BETWEEN 1 AND 999999)
);
COMMENT ON TABLE stan_counters IS 'The last trace number that a lane has used; it wraps from 999999 to 1.';
ALTER TABLE stan_counters ENABLE ROW LEVEL SECURITY;
ALTER TABLE stan_counters FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON stan_counters
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT, UPDATE (last_stan) ON stan_counters TO counterfoil_app;

CREATE TABLE terminal_events (
    merchant_id TEXT COLLATE "C" NOT NULL,
    terminal_id TEXT COLLATE "C" NOT NULL,
    occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    detail TEXT,
    entered_by TEXT DEFAULT 'counter' NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT terminal_events_key PRIMARY KEY (merchant_id, terminal_id, occurred_at, kind),
    CONSTRAINT terminal_events_entered_by_is_known CHECK (entered_by IN ('counter', 'import')),
    CONSTRAINT terminal_events_kind_is_known CHECK (kind IN ('heartbeat', 'printer', 'network', 'software', 'clock', 'power'))
);
ALTER TABLE terminal_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE terminal_events FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON terminal_events
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT ON terminal_events TO counterfoil_app;

CREATE TABLE tracking_events (
    merchant_id TEXT COLLATE "C" NOT NULL,
    parcel_id TEXT COLLATE "C" NOT NULL,
    occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
    status TEXT NOT NULL,
    reason TEXT,
    place TEXT,
    lat DOUBLE PRECISION,
    lon DOUBLE PRECISION,
    entered_by TEXT DEFAULT 'counter' NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT tracking_events_key PRIMARY KEY (merchant_id, parcel_id, occurred_at, status),
    CONSTRAINT tracking_events_entered_by_is_known CHECK (entered_by IN ('counter', 'import')),
    CONSTRAINT tracking_events_status_is_known CHECK (status IN ('picked_up', 'in_transit', 'out_for_delivery', 'ready_for_pickup', 'delivered', 'delivery_failed', 'delivery_delayed', 'on_hold', 'returned', 'lost'))
);
COMMENT ON TABLE tracking_events IS 'An exact repeat collapses and is counted.';
ALTER TABLE tracking_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE tracking_events FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON tracking_events
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT ON tracking_events TO counterfoil_app;

-- The backups that were finished and checked; `counterfoil db status` shows the last one.
CREATE TABLE upkeep.backups (
    taken_at timestamptz NOT NULL,
    file text NOT NULL,
    revision text NOT NULL,
    bytes bigint NOT NULL,
    sha256 text NOT NULL,
    CONSTRAINT backups_key PRIMARY KEY (taken_at, file)
);
GRANT SELECT ON upkeep.backups TO counterfoil_app, counterfoil_sealer;
