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
    supersedes TEXT COLLATE "C",
    CONSTRAINT acquirer_records_key PRIMARY KEY (merchant_id, record_id),
    CONSTRAINT acquirer_records_entered_by_is_known CHECK (entered_by IN ('counter', 'import')),
    CONSTRAINT acquirer_records_instrument_tail_is_not_empty CHECK (instrument_tail <> ''),
    CONSTRAINT acquirer_records_source_is_known CHECK (source IN ('bill', 'settlement', 'webhook', 'inquiry')),
    CONSTRAINT acquirer_records_kind_is_known CHECK (kind IN ('sale', 'void', 'reversal', 'refund', 'fee', 'chargeback')),
    CONSTRAINT acquirer_records_state_is_known CHECK (state IN ('succeeded', 'pending', 'failed')),
    CONSTRAINT acquirer_records_amount_minor_is_not_negative CHECK (amount_minor >= 0)
);
COMMENT ON TABLE acquirer_records IS 'Their book: rows of bills, settlement files, webhooks and inquiries.';
CREATE INDEX acquirer_records_by_acquirer_reference ON acquirer_records (merchant_id, acquirer_reference) WHERE acquirer_reference IS NOT NULL;
CREATE INDEX acquirer_records_by_amount ON acquirer_records (merchant_id, amount_minor, occurred_at);
CREATE INDEX acquirer_records_by_approval_code ON acquirer_records (merchant_id, approval_code) WHERE approval_code IS NOT NULL;
CREATE INDEX acquirer_records_by_instrument_key ON acquirer_records (merchant_id, instrument_key, amount_minor) WHERE instrument_key IS NOT NULL;
CREATE INDEX acquirer_records_by_original_reference ON acquirer_records (merchant_id, original_reference) WHERE original_reference IS NOT NULL;
CREATE INDEX acquirer_records_by_our_reference ON acquirer_records (merchant_id, our_reference);
CREATE INDEX acquirer_records_by_recorded ON acquirer_records (merchant_id, recorded_at);
CREATE INDEX acquirer_records_by_rrn ON acquirer_records (merchant_id, rrn) WHERE rrn IS NOT NULL;
CREATE INDEX acquirer_records_by_stan ON acquirer_records (merchant_id, stan, terminal_id) WHERE stan IS NOT NULL;
CREATE INDEX acquirer_records_by_time ON acquirer_records (merchant_id, occurred_at);
CREATE UNIQUE INDEX one_correction_per_record ON acquirer_records (merchant_id, supersedes) WHERE supersedes IS NOT NULL;
ALTER TABLE acquirer_records ENABLE ROW LEVEL SECURITY;
ALTER TABLE acquirer_records FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON acquirer_records
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT ON acquirer_records TO counterfoil_app;

CREATE TABLE audits (
    merchant_id TEXT COLLATE "C" NOT NULL,
    audit_id TEXT COLLATE "C" NOT NULL,
    state TEXT NOT NULL,
    begun_by TEXT COLLATE "C" NOT NULL,
    begun_at TIMESTAMP WITH TIME ZONE NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    beat_at TIMESTAMP WITH TIME ZONE,
    tries INTEGER NOT NULL,
    stage TEXT,
    share INTEGER NOT NULL,
    why_en TEXT,
    why_zh TEXT,
    summary JSONB,
    take_asked_by TEXT COLLATE "C",
    taken_at TIMESTAMP WITH TIME ZONE,
    taken_new_n INTEGER,
    taken_known_n INTEGER,
    taken_not_theirs_n INTEGER,
    removed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT audits_key PRIMARY KEY (merchant_id, audit_id),
    CONSTRAINT audits_state_is_known CHECK (state IN ('collecting', 'waiting', 'running', 'done', 'failed', 'cancelled')),
    CONSTRAINT audits_stage_is_known CHECK (stage IN ('look', 'read', 'match keys', 'rules', 'tell')),
    CONSTRAINT audits_share_is_a_share CHECK (share BETWEEN 0 AND 100),
    CONSTRAINT audits_tries_are_counted CHECK (tries >= 0),
    CONSTRAINT audits_failed_says_why CHECK ((state = 'failed') = (why_en IS NOT NULL AND why_zh IS NOT NULL)),
    CONSTRAINT audits_done_says_what CHECK ((state = 'done') = (summary IS NOT NULL)),
    CONSTRAINT audits_running_has_a_beat CHECK ((state = 'running') = (beat_at IS NOT NULL))
);
COMMENT ON TABLE audits IS 'Audits of files that people sent by the browser.';
CREATE INDEX audits_by_state ON audits (merchant_id, state, changed_at);
ALTER TABLE audits ENABLE ROW LEVEL SECURITY;
ALTER TABLE audits FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON audits
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT, UPDATE (state, changed_at, beat_at, tries, stage, share, why_en, why_zh, summary, take_asked_by, taken_at, taken_new_n, taken_known_n, taken_not_theirs_n, removed_at) ON audits TO counterfoil_app;

CREATE TABLE bill_downloads (
    merchant_id TEXT COLLATE "C" NOT NULL,
    acquirer TEXT COLLATE "C" NOT NULL,
    day DATE NOT NULL,
    tries SMALLINT NOT NULL,
    last_tried_at TIMESTAMP WITH TIME ZONE NOT NULL,
    file_digest TEXT,
    CONSTRAINT bill_downloads_key PRIMARY KEY (merchant_id, acquirer, day)
);
COMMENT ON TABLE bill_downloads IS 'Which bills were fetched, and how often they were asked for.';
ALTER TABLE bill_downloads ENABLE ROW LEVEL SECURITY;
ALTER TABLE bill_downloads FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON bill_downloads
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT, UPDATE (tries, last_tried_at, file_digest) ON bill_downloads TO counterfoil_app;

CREATE TABLE bills (
    merchant_id TEXT COLLATE "C" NOT NULL,
    file_digest TEXT NOT NULL,
    file_name TEXT NOT NULL,
    reader TEXT NOT NULL,
    acquirer TEXT,
    first_day DATE,
    last_day DATE,
    rows_n INTEGER NOT NULL,
    new_n INTEGER NOT NULL,
    same_n INTEGER NOT NULL,
    corrected_n INTEGER NOT NULL,
    aside_n INTEGER NOT NULL,
    totals JSONB NOT NULL,
    aside JSONB NOT NULL,
    taken_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT bills_key PRIMARY KEY (merchant_id, file_digest)
);
COMMENT ON TABLE bills IS 'Bills and settlement files that were taken in.';
CREATE INDEX bills_by_time ON bills (merchant_id, taken_at);
ALTER TABLE bills ENABLE ROW LEVEL SECURITY;
ALTER TABLE bills FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON bills
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT ON bills TO counterfoil_app;

CREATE TABLE day_closings (
    merchant_id TEXT COLLATE "C" NOT NULL,
    store_id TEXT COLLATE "C" NOT NULL,
    business_date DATE NOT NULL,
    closed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    closed_by TEXT COLLATE "C" NOT NULL,
    totals JSONB NOT NULL,
    CONSTRAINT day_closings_key PRIMARY KEY (merchant_id, store_id, business_date)
);
COMMENT ON TABLE day_closings IS 'One row for each closed day of a store: who closed it, and what it came to.';
ALTER TABLE day_closings ENABLE ROW LEVEL SECURITY;
ALTER TABLE day_closings FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON day_closings
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT ON day_closings TO counterfoil_app;

CREATE TABLE findings (
    merchant_id TEXT COLLATE "C" NOT NULL,
    finding_id TEXT COLLATE "C" NOT NULL,
    exception TEXT NOT NULL,
    diagnosis TEXT NOT NULL,
    severity TEXT NOT NULL,
    store_id TEXT COLLATE "C",
    terminal_id TEXT COLLATE "C",
    operator_id TEXT COLLATE "C",
    subject TEXT COLLATE "C" NOT NULL,
    other_subject TEXT COLLATE "C",
    occurred_at TIMESTAMP WITH TIME ZONE,
    amount_at_risk_minor BIGINT NOT NULL,
    currency TEXT,
    score DOUBLE PRECISION,
    explanation_en TEXT NOT NULL,
    explanation_zh TEXT NOT NULL,
    next_step TEXT NOT NULL,
    evidence JSONB NOT NULL,
    found_by TEXT NOT NULL,
    first_seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    gone_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT findings_key PRIMARY KEY (merchant_id, finding_id),
    CONSTRAINT findings_severity_is_known CHECK (severity IN ('info', 'low', 'high', 'critical')),
    CONSTRAINT findings_found_by_is_known CHECK (found_by IN ('rule', 'ladder', 'audit')),
    CONSTRAINT findings_amount_at_risk_is_not_negative CHECK (amount_at_risk_minor >= 0)
);
COMMENT ON TABLE findings IS 'What detectors and ladders found in the live books, and audits in files.';
CREATE INDEX findings_by_open ON findings (merchant_id, last_seen_at) WHERE gone_at IS NULL;
CREATE INDEX findings_by_store ON findings (merchant_id, store_id, finding_id);
CREATE INDEX findings_by_subject ON findings (merchant_id, subject);
CREATE INDEX findings_by_time ON findings (merchant_id, occurred_at);
ALTER TABLE findings ENABLE ROW LEVEL SECURITY;
ALTER TABLE findings FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON findings
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT, UPDATE (diagnosis, severity, store_id, terminal_id, operator_id, occurred_at, amount_at_risk_minor, currency, score, explanation_en, explanation_zh, next_step, evidence, found_by, last_seen_at, gone_at) ON findings TO counterfoil_app;

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
    CONSTRAINT journal_key PRIMARY KEY (merchant_id, fact_id),
    CONSTRAINT journal_occurred_in_a_shop_s_time CHECK (occurred_at >= '2000-01-01Z' AND occurred_at < '2101-01-01Z')
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

CREATE TABLE merchants (
    merchant_id TEXT COLLATE "C" NOT NULL,
    name TEXT NOT NULL,
    currency TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    business_day_starts_at TIME WITHOUT TIME ZONE DEFAULT '04:00' NOT NULL,
    cash_step_minor BIGINT,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT merchants_key PRIMARY KEY (merchant_id),
    CONSTRAINT merchants_currency_is_iso_4217 CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT merchants_cash_step_is_a_coin CHECK (cash_step_minor >= 1)
);
COMMENT ON TABLE merchants IS 'One row: the merchant itself.';
ALTER TABLE merchants ENABLE ROW LEVEL SECURITY;
ALTER TABLE merchants FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON merchants
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
CREATE POLICY owner_lists ON merchants FOR SELECT TO counterfoil_owner USING (true);
GRANT SELECT, INSERT, UPDATE (name, time_zone, business_day_starts_at, cash_step_minor) ON merchants TO counterfoil_app;

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
CREATE INDEX notices_by_order_id ON notices (merchant_id, order_id) WHERE order_id IS NOT NULL;
CREATE INDEX notices_by_our_reference ON notices (merchant_id, our_reference) WHERE our_reference IS NOT NULL;
CREATE INDEX notices_by_payment_id ON notices (merchant_id, payment_id) WHERE payment_id IS NOT NULL;
CREATE INDEX notices_by_recorded ON notices (merchant_id, recorded_at);
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
    CONSTRAINT order_lines_refund_within_sold CHECK (refund_reserved_quantity + refunded_quantity <= greatest(quantity, 0)),
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
GRANT SELECT ON order_lines TO counterfoil_sealer;

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
CREATE INDEX orders_by_customer_key ON orders (merchant_id, customer_key, placed_at) WHERE customer_key IS NOT NULL;
CREATE INDEX orders_by_import ON orders (merchant_id, recorded_at) WHERE entered_by = 'import';
CREATE INDEX orders_by_imported_request ON orders (merchant_id, request_id) WHERE entered_by = 'import' AND request_id IS NOT NULL;
CREATE INDEX orders_by_time ON orders (merchant_id, placed_at);
CREATE INDEX orders_of_practice ON orders (merchant_id, order_id) WHERE training;
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON orders
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT, UPDATE (state, closed_at, business_date, parked_at, fulfilment, promised_at, address_ok) ON orders TO counterfoil_app;
GRANT SELECT ON orders TO counterfoil_sealer;

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
CREATE INDEX parcels_by_recorded ON parcels (merchant_id, recorded_at);
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
    CONSTRAINT payments_instrument_tail_is_not_empty CHECK (instrument_tail <> ''),
    CONSTRAINT payments_kind_is_known CHECK (kind IN ('sale', 'void', 'reversal', 'refund')),
    CONSTRAINT payments_tender_is_known CHECK (tender IN ('cash', 'card', 'wechat', 'alipay', 'unionpay_code', 'voucher', 'member_balance', 'other')),
    CONSTRAINT payments_amount_minor_is_not_negative CHECK (amount_minor >= 0),
    CONSTRAINT payments_state_is_known CHECK (state IN ('intended', 'approved', 'declined', 'unknown', 'cancelled'))
);
COMMENT ON TABLE payments IS 'Our own book of payments.';
CREATE UNIQUE INDEX one_undo_per_payment ON payments (merchant_id, original_payment_id) WHERE entered_by = 'counter' AND kind IN ('void', 'reversal') AND state NOT IN ('declined', 'cancelled');
CREATE INDEX payments_by_acquirer ON payments (merchant_id, acquirer, occurred_at) WHERE acquirer IS NOT NULL;
CREATE INDEX payments_by_approval_code ON payments (merchant_id, approval_code) WHERE approval_code IS NOT NULL;
CREATE INDEX payments_by_due ON payments (merchant_id, resolve_at) WHERE resolve_at IS NOT NULL;
CREATE INDEX payments_by_import ON payments (merchant_id, recorded_at) WHERE entered_by = 'import';
CREATE INDEX payments_by_instrument_key ON payments (merchant_id, instrument_key) WHERE instrument_key IS NOT NULL;
CREATE INDEX payments_by_order ON payments (merchant_id, order_id);
CREATE INDEX payments_by_original ON payments (merchant_id, original_payment_id) WHERE original_payment_id IS NOT NULL;
CREATE INDEX payments_by_request_id ON payments (merchant_id, request_id) WHERE request_id IS NOT NULL;
CREATE INDEX payments_by_return_id ON payments (merchant_id, return_id) WHERE return_id IS NOT NULL;
CREATE INDEX payments_by_rrn ON payments (merchant_id, rrn) WHERE rrn IS NOT NULL;
CREATE INDEX payments_by_stan ON payments (merchant_id, stan, terminal_id) WHERE stan IS NOT NULL;
CREATE INDEX payments_by_time ON payments (merchant_id, occurred_at);
CREATE INDEX payments_by_void ON payments (merchant_id, occurred_at) WHERE kind = 'void';
ALTER TABLE payments ENABLE ROW LEVEL SECURITY;
ALTER TABLE payments FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON payments
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT, UPDATE (state, decided_at, business_date, stan, rrn, approval_code, response_code, acquirer_reference, instrument_key, instrument_tail, batch_id, standing, refund_reserved_minor, refunded_minor, rung, tries, last_tried_at, resolve_at, leased_until) ON payments TO counterfoil_app;
GRANT SELECT ON payments TO counterfoil_sealer;

CREATE TABLE refund_lines (
    merchant_id TEXT COLLATE "C" NOT NULL,
    payment_id TEXT COLLATE "C" NOT NULL,
    line_no BIGINT NOT NULL,
    quantity NUMERIC(18, 4) NOT NULL,
    CONSTRAINT refund_lines_key PRIMARY KEY (merchant_id, payment_id, line_no),
    CONSTRAINT refund_lines_something_goes_back CHECK (quantity > 0)
);
COMMENT ON TABLE refund_lines IS 'Which lines of its order a refund gives back, and how much of each.';
ALTER TABLE refund_lines ENABLE ROW LEVEL SECURITY;
ALTER TABLE refund_lines FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON refund_lines
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT ON refund_lines TO counterfoil_app;
GRANT SELECT ON refund_lines TO counterfoil_sealer;

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
CREATE INDEX returns_by_recorded ON returns (merchant_id, recorded_at);
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
    encoding SMALLINT NOT NULL,
    seal BYTEA NOT NULL,
    fact_digest BYTEA NOT NULL,
    rows_digest BYTEA NOT NULL,
    CONSTRAINT seals_key PRIMARY KEY (merchant_id, position),
    CONSTRAINT one_seal_per_fact UNIQUE (merchant_id, fact_id),
    CONSTRAINT seals_position_is_counted_from_one CHECK (position >= 1),
    CONSTRAINT seals_seal_is_sha256 CHECK (octet_length(seal) = 32),
    CONSTRAINT seals_digests_are_sha256 CHECK (octet_length(fact_digest) = 32 AND octet_length(rows_digest) = 32)
);
COMMENT ON TABLE seals IS 'The chain over the journal; only the sealer writes it.';
ALTER TABLE seals ENABLE ROW LEVEL SECURITY;
ALTER TABLE seals FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON seals
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT ON seals TO counterfoil_app;
GRANT SELECT, INSERT ON seals TO counterfoil_sealer;

CREATE TABLE shop_imports (
    merchant_id TEXT COLLATE "C" NOT NULL,
    import_id TEXT COLLATE "C" NOT NULL,
    noun TEXT NOT NULL,
    file_name TEXT NOT NULL,
    file_digest BYTEA NOT NULL,
    rows_n INTEGER NOT NULL,
    added_n INTEGER NOT NULL,
    changed_n INTEGER NOT NULL,
    same_n INTEGER NOT NULL,
    aside_n INTEGER NOT NULL,
    imported_at TIMESTAMP WITH TIME ZONE NOT NULL,
    imported_by TEXT COLLATE "C",
    CONSTRAINT shop_imports_key PRIMARY KEY (merchant_id, import_id),
    CONSTRAINT shop_imports_file_is_digested CHECK (octet_length(file_digest) = 32),
    CONSTRAINT shop_imports_rows_add_up CHECK (rows_n = added_n + changed_n + same_n + aside_n)
);
COMMENT ON TABLE shop_imports IS 'Every file that changed who or what: facts.';
ALTER TABLE shop_imports ENABLE ROW LEVEL SECURITY;
ALTER TABLE shop_imports FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON shop_imports
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT ON shop_imports TO counterfoil_app;

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
CREATE INDEX slips_by_import ON slips (merchant_id, recorded_at) WHERE entered_by = 'import';
CREATE INDEX slips_by_order ON slips (merchant_id, order_id);
CREATE INDEX slips_by_payment_id ON slips (merchant_id, payment_id) WHERE payment_id IS NOT NULL;
CREATE INDEX slips_by_return_id ON slips (merchant_id, return_id) WHERE return_id IS NOT NULL;
ALTER TABLE slips ENABLE ROW LEVEL SECURITY;
ALTER TABLE slips FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON slips
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT, UPDATE (state, fault) ON slips TO counterfoil_app;

CREATE TABLE staff_grant_changes (
    merchant_id TEXT COLLATE "C" NOT NULL,
    change_id TEXT COLLATE "C" NOT NULL,
    staff_id TEXT COLLATE "C" NOT NULL,
    role TEXT NOT NULL,
    store_id TEXT COLLATE "C" DEFAULT '' NOT NULL,
    change TEXT NOT NULL,
    decided_by TEXT COLLATE "C",
    decided_at TIMESTAMP WITH TIME ZONE NOT NULL,
    reason TEXT,
    CONSTRAINT staff_grant_changes_key PRIMARY KEY (merchant_id, change_id),
    CONSTRAINT staff_grant_changes_role_is_known CHECK (role IN ('cashier', 'supervisor', 'manager', 'finance', 'support', 'auditor', 'owner')),
    CONSTRAINT staff_grant_changes_change_is_known CHECK (change IN ('given', 'revoked'))
);
COMMENT ON TABLE staff_grant_changes IS 'Every grant that was given or revoked: facts.';
CREATE INDEX staff_grant_changes_by_staff ON staff_grant_changes (merchant_id, staff_id);
ALTER TABLE staff_grant_changes ENABLE ROW LEVEL SECURITY;
ALTER TABLE staff_grant_changes FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON staff_grant_changes
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT ON staff_grant_changes TO counterfoil_app;

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

CREATE TABLE stock_movements (
    merchant_id TEXT COLLATE "C" NOT NULL,
    movement_id TEXT COLLATE "C" NOT NULL,
    store_id TEXT COLLATE "C" NOT NULL,
    sku TEXT COLLATE "C" NOT NULL,
    quantity NUMERIC(18, 4) NOT NULL,
    reason TEXT NOT NULL,
    occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
    operator_id TEXT COLLATE "C",
    subject TEXT COLLATE "C",
    note TEXT,
    CONSTRAINT stock_movements_key PRIMARY KEY (merchant_id, movement_id),
    CONSTRAINT stock_movements_reason_is_known CHECK (reason IN ('opening', 'received', 'sold', 'voided', 'returned', 'transferred', 'damaged', 'counted', 'corrected')),
    CONSTRAINT stock_movements_something_moved CHECK (quantity <> 0),
    CONSTRAINT stock_movements_sold_leaves CHECK (reason <> 'sold' OR quantity < 0),
    CONSTRAINT stock_movements_received_comes_in CHECK (reason NOT IN ('received', 'voided', 'returned') OR quantity > 0)
);
COMMENT ON TABLE stock_movements IS 'Every movement of stock: facts.';
CREATE INDEX stock_movements_by_item ON stock_movements (merchant_id, store_id, sku, occurred_at);
CREATE INDEX stock_movements_by_subject ON stock_movements (merchant_id, subject) WHERE subject IS NOT NULL;
ALTER TABLE stock_movements ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock_movements FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON stock_movements
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT ON stock_movements TO counterfoil_app;

CREATE TABLE store_days (
    merchant_id TEXT COLLATE "C" NOT NULL,
    store_id TEXT COLLATE "C" NOT NULL,
    closed_through DATE NOT NULL,
    CONSTRAINT store_days_key PRIMARY KEY (merchant_id, store_id)
);
COMMENT ON TABLE store_days IS 'Up to which business date a store has closed; a later sale falls on the next one.';
ALTER TABLE store_days ENABLE ROW LEVEL SECURITY;
ALTER TABLE store_days FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON store_days
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT, UPDATE (closed_through) ON store_days TO counterfoil_app;

CREATE TABLE stored_value_holds (
    merchant_id TEXT COLLATE "C" NOT NULL,
    payment_id TEXT COLLATE "C" NOT NULL,
    account_kind TEXT NOT NULL,
    account_id TEXT COLLATE "C" NOT NULL,
    amount_minor BIGINT NOT NULL,
    state TEXT NOT NULL,
    given_back_minor BIGINT DEFAULT '0' NOT NULL,
    reserved_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT stored_value_holds_key PRIMARY KEY (merchant_id, payment_id),
    CONSTRAINT stored_value_holds_account_kind_is_known CHECK (account_kind IN ('member', 'voucher')),
    CONSTRAINT stored_value_holds_state_is_known CHECK (state IN ('reserved', 'redeemed', 'released')),
    CONSTRAINT stored_value_holds_amount_is_positive CHECK (amount_minor > 0),
    CONSTRAINT stored_value_holds_given_back_within_redeemed CHECK (given_back_minor BETWEEN 0 AND amount_minor),
    CONSTRAINT stored_value_holds_only_redeemed_goes_back CHECK (state = 'redeemed' OR given_back_minor = 0)
);
COMMENT ON TABLE stored_value_holds IS 'What one payment has taken of one account; its state is a projection of the movements.';
CREATE INDEX stored_value_holds_by_account ON stored_value_holds (merchant_id, account_kind, account_id);
ALTER TABLE stored_value_holds ENABLE ROW LEVEL SECURITY;
ALTER TABLE stored_value_holds FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON stored_value_holds
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT, UPDATE (state, given_back_minor) ON stored_value_holds TO counterfoil_app;

CREATE TABLE stored_value_movements (
    merchant_id TEXT COLLATE "C" NOT NULL,
    movement_id TEXT COLLATE "C" NOT NULL,
    account_kind TEXT NOT NULL,
    account_id TEXT COLLATE "C" NOT NULL,
    kind TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    payment_id TEXT COLLATE "C",
    original_payment_id TEXT COLLATE "C",
    occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
    operator_id TEXT COLLATE "C",
    authoriser_id TEXT COLLATE "C",
    reason TEXT,
    CONSTRAINT stored_value_movements_key PRIMARY KEY (merchant_id, movement_id),
    CONSTRAINT stored_value_movements_account_kind_is_known CHECK (account_kind IN ('member', 'voucher')),
    CONSTRAINT stored_value_movements_kind_is_known CHECK (kind IN ('issued', 'topped_up', 'reserved', 'released', 'redeemed', 'given_back', 'expired', 'corrected')),
    CONSTRAINT stored_value_movements_amount_is_positive CHECK (amount_minor > 0 OR kind = 'corrected' AND amount_minor <> 0),
    CONSTRAINT stored_value_movements_correction_has_a_reason CHECK (kind <> 'corrected' OR reason IS NOT NULL)
);
COMMENT ON TABLE stored_value_movements IS 'Every movement of stored value: facts.';
CREATE UNIQUE INDEX one_movement_per_payment ON stored_value_movements (merchant_id, payment_id, kind) WHERE payment_id IS NOT NULL;
CREATE INDEX stored_value_movements_by_account ON stored_value_movements (merchant_id, account_kind, account_id, occurred_at);
ALTER TABLE stored_value_movements ENABLE ROW LEVEL SECURITY;
ALTER TABLE stored_value_movements FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON stored_value_movements
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT ON stored_value_movements TO counterfoil_app;

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
CREATE INDEX terminal_events_by_recorded ON terminal_events (merchant_id, recorded_at);
ALTER TABLE terminal_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE terminal_events FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON terminal_events
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT ON terminal_events TO counterfoil_app;

CREATE TABLE ties (
    merchant_id TEXT COLLATE "C" NOT NULL,
    noun TEXT NOT NULL,
    row_id TEXT COLLATE "C" NOT NULL,
    tie_no INTEGER NOT NULL,
    order_id TEXT COLLATE "C" NOT NULL,
    stands BOOLEAN NOT NULL,
    case_id TEXT COLLATE "C" NOT NULL,
    said_by TEXT COLLATE "C" NOT NULL,
    said_at TIMESTAMP WITH TIME ZONE NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT ties_key PRIMARY KEY (merchant_id, noun, row_id, tie_no),
    CONSTRAINT ties_noun_is_known CHECK (noun IN ('return', 'order')),
    CONSTRAINT ties_tie_no_is_counted_from_one CHECK (tie_no >= 1),
    CONSTRAINT ties_no_order_repeats_itself CHECK (noun <> 'order' OR row_id <> order_id)
);
COMMENT ON TABLE ties IS 'What people said in cases: a return''s sale, the order that another one repeats on purpose.';
CREATE INDEX ties_by_order ON ties (merchant_id, order_id);
CREATE INDEX ties_by_recorded ON ties (merchant_id, recorded_at);
ALTER TABLE ties ENABLE ROW LEVEL SECURITY;
ALTER TABLE ties FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON ties
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT ON ties TO counterfoil_app;

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
CREATE INDEX tracking_events_by_recorded ON tracking_events (merchant_id, recorded_at);
ALTER TABLE tracking_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE tracking_events FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON tracking_events
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT ON tracking_events TO counterfoil_app;

CREATE TABLE vouchers (
    merchant_id TEXT COLLATE "C" NOT NULL,
    voucher_key TEXT COLLATE "C" NOT NULL,
    tail TEXT NOT NULL,
    currency TEXT NOT NULL,
    value_minor BIGINT NOT NULL,
    remaining_minor BIGINT NOT NULL,
    reserved_minor BIGINT DEFAULT '0' NOT NULL,
    issued_at TIMESTAMP WITH TIME ZONE NOT NULL,
    issued_by TEXT COLLATE "C",
    subject TEXT COLLATE "C",
    valid_until TIMESTAMP WITH TIME ZONE,
    blocked_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT vouchers_key PRIMARY KEY (merchant_id, voucher_key),
    CONSTRAINT vouchers_value_is_positive CHECK (value_minor > 0),
    CONSTRAINT vouchers_remaining_within_value CHECK (remaining_minor BETWEEN 0 AND value_minor),
    CONSTRAINT vouchers_reserved_within_remaining CHECK (reserved_minor BETWEEN 0 AND remaining_minor)
);
ALTER TABLE vouchers ENABLE ROW LEVEL SECURITY;
ALTER TABLE vouchers FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON vouchers
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT, UPDATE (remaining_minor, reserved_minor, blocked_at) ON vouchers TO counterfoil_app;

CREATE TABLE watch_bill_days (
    merchant_id TEXT COLLATE "C" NOT NULL,
    acquirer TEXT COLLATE "C" NOT NULL,
    local_date DATE NOT NULL,
    billed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT watch_bill_days_key PRIMARY KEY (merchant_id, acquirer, local_date)
);
COMMENT ON TABLE watch_bill_days IS 'Days of an acquirer of which a bill row is there, in the zone of the policy.';
ALTER TABLE watch_bill_days ENABLE ROW LEVEL SECURITY;
ALTER TABLE watch_bill_days FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON watch_bill_days
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT, DELETE ON watch_bill_days TO counterfoil_app;

CREATE TABLE watch_spans (
    merchant_id TEXT COLLATE "C" NOT NULL,
    acquirer TEXT COLLATE "C" NOT NULL,
    first_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT watch_spans_key PRIMARY KEY (merchant_id, acquirer)
);
COMMENT ON TABLE watch_spans IS 'From when to when there are payments of ours at an acquirer, as the watch last saw it.';
ALTER TABLE watch_spans ENABLE ROW LEVEL SECURITY;
ALTER TABLE watch_spans FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON watch_spans
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT, UPDATE (first_at, last_at) ON watch_spans TO counterfoil_app;

CREATE TABLE watch_stands (
    merchant_id TEXT COLLATE "C" NOT NULL,
    read_through TIMESTAMP WITH TIME ZONE NOT NULL,
    policy_digest TEXT NOT NULL,
    first_sale_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT watch_stands_key PRIMARY KEY (merchant_id)
);
COMMENT ON TABLE watch_stands IS 'How far the watch has read.';
ALTER TABLE watch_stands ENABLE ROW LEVEL SECURITY;
ALTER TABLE watch_stands FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON watch_stands
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT, UPDATE (read_through, policy_digest, first_sale_at) ON watch_stands TO counterfoil_app;

CREATE TABLE watched (
    merchant_id TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT watched_key PRIMARY KEY (merchant_id, subject)
);
COMMENT ON TABLE watched IS 'What the watch has to look at, because it moved or because time alone may change what is said of it.';
CREATE INDEX watched_by_due ON watched (merchant_id, due_at);
ALTER TABLE watched ENABLE ROW LEVEL SECURITY;
ALTER TABLE watched FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON watched
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT, DELETE, UPDATE (due_at) ON watched TO counterfoil_app;

CREATE TABLE webhook_events (
    merchant_id TEXT COLLATE "C" NOT NULL,
    acquirer TEXT COLLATE "C" NOT NULL,
    event_id TEXT COLLATE "C" NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    record_id TEXT COLLATE "C",
    aside TEXT,
    note TEXT,
    CONSTRAINT webhook_events_key PRIMARY KEY (merchant_id, acquirer, event_id),
    CONSTRAINT webhook_events_is_taken_or_aside CHECK (record_id IS NULL OR aside IS NULL)
);
COMMENT ON TABLE webhook_events IS 'What channels told us unasked, each once; the body is not kept.';
CREATE INDEX webhook_events_by_time ON webhook_events (merchant_id, received_at);
ALTER TABLE webhook_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_events FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON webhook_events
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT ON webhook_events TO counterfoil_app;

CREATE TABLE audit_files (
    merchant_id TEXT COLLATE "C" NOT NULL,
    audit_id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    size_bytes BIGINT NOT NULL,
    reader TEXT NOT NULL,
    book TEXT,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT audit_files_key PRIMARY KEY (merchant_id, audit_id, name),
    CONSTRAINT audit_files_size_bytes_is_not_negative CHECK (size_bytes >= 0),
    CONSTRAINT audit_files_has_audits FOREIGN KEY(merchant_id, audit_id) REFERENCES audits (merchant_id, audit_id)
);
COMMENT ON TABLE audit_files IS 'The files of an audit, as they were recognised when they came.';
ALTER TABLE audit_files ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_files FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON audit_files
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT, DELETE ON audit_files TO counterfoil_app;

CREATE TABLE cases (
    merchant_id TEXT COLLATE "C" NOT NULL,
    case_id TEXT COLLATE "C" NOT NULL,
    exception TEXT COLLATE "C" NOT NULL,
    diagnosis TEXT COLLATE "C" NOT NULL,
    severity TEXT NOT NULL,
    next_step TEXT NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    other_subject TEXT COLLATE "C",
    store_id TEXT COLLATE "C",
    terminal_id TEXT COLLATE "C",
    operator_id TEXT COLLATE "C",
    occurred_at TIMESTAMP WITH TIME ZONE,
    amount_at_risk_minor BIGINT NOT NULL,
    currency TEXT,
    leading_id TEXT COLLATE "C" NOT NULL,
    findings_n INTEGER NOT NULL,
    stands BOOLEAN NOT NULL,
    origin TEXT NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    state TEXT NOT NULL,
    version INTEGER NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    owner_id TEXT COLLATE "C",
    escalated_to TEXT,
    waiting_for TEXT,
    merged_into TEXT COLLATE "C",
    closed_at TIMESTAMP WITH TIME ZONE,
    closed_by TEXT COLLATE "C",
    closure_reason TEXT,
    proof_due_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT cases_key PRIMARY KEY (merchant_id, case_id),
    CONSTRAINT cases_state_is_known CHECK (state IN ('open', 'in_progress', 'waiting', 'closed', 'merged')),
    CONSTRAINT cases_severity_is_known CHECK (severity IN ('info', 'low', 'high', 'critical')),
    CONSTRAINT cases_origin_is_known CHECK (origin IN ('live', 'audit')),
    CONSTRAINT cases_escalated_to_is_known CHECK (escalated_to IN ('cashier', 'supervisor', 'manager', 'finance', 'support', 'auditor', 'owner')),
    CONSTRAINT cases_waiting_for_is_known CHECK (waiting_for IN ('staff', 'customer', 'acquirer', 'carrier')),
    CONSTRAINT cases_closure_reason_is_known CHECK (closure_reason IN ('refunded_once', 'voided_once', 'cancelled_unpaid', 'genuine_repeat', 'booked_twice_charged_once', 'already_given_back', 'order_rebuilt', 'refunded', 'answered_approved', 'answered_declined', 'collected', 'slip_sent', 'slip_reprinted', 'slip_corrected', 'customer_told', 'matched_by_hand', 'not_ours', 'test_charge', 'original_found', 'blind_return_approved', 'exception_granted', 'recovered', 'refund_completed', 'booked_twice_paid_once', 'signed_off_later', 'restocked', 'refused', 'handed_to_owner', 'handed_to_platform', 'confirmed_by_customer', 'confirmed_by_policy', 'delivered_late', 'reshipped', 'handed_over_in_person', 'shipped_with_another_order', 'already_refunded', 'claim_paid', 'claim_refused', 'voided_and_proved', 'sale_stands', 'collected_again', 'reason_added', 'tender_changed', 'explained', 'trained', 'terminal_repaired', 'records_caught_up', 'written_off', 'harmless', 'books_agree')),
    CONSTRAINT cases_amount_at_risk_is_not_negative CHECK (amount_at_risk_minor >= 0),
    CONSTRAINT cases_has_an_event CHECK (version >= 1),
    CONSTRAINT cases_findings_are_counted CHECK (findings_n >= 0),
    CONSTRAINT cases_has_an_owner_while_worked_on CHECK (CASE WHEN state IN ('in_progress', 'waiting') THEN owner_id IS NOT NULL WHEN state = 'closed' THEN true ELSE owner_id IS NULL END),
    CONSTRAINT cases_escalated_is_nobody_s CHECK (escalated_to IS NULL OR state = 'open'),
    CONSTRAINT cases_waits_for_somebody CHECK ((state = 'waiting') = (waiting_for IS NOT NULL)),
    CONSTRAINT cases_merged_is_somewhere CHECK ((state = 'merged') = (merged_into IS NOT NULL)),
    CONSTRAINT cases_closed_has_its_time CHECK ((state = 'closed') = (closed_at IS NOT NULL)),
    CONSTRAINT cases_closed_has_its_reason CHECK ((state = 'closed') = (closure_reason IS NOT NULL)),
    CONSTRAINT cases_closed_by_whom_it_says CHECK (state <> 'closed' OR (closure_reason = 'books_agree') = (closed_by IS NULL)),
    CONSTRAINT cases_closer_has_a_closure CHECK (state = 'closed' OR closed_by IS NULL),
    CONSTRAINT cases_proof_is_owed_by_somebody CHECK (proof_due_at IS NULL OR closed_by IS NOT NULL),
    CONSTRAINT cases_has_findings FOREIGN KEY(merchant_id, leading_id) REFERENCES findings (merchant_id, finding_id),
    CONSTRAINT cases_has_cases FOREIGN KEY(merchant_id, merged_into) REFERENCES cases (merchant_id, case_id)
);
COMMENT ON TABLE cases IS 'Findings in human care. Every change of one is a row of case_events.';
CREATE INDEX cases_by_age ON cases (merchant_id, opened_at, case_id) WHERE state IN ('open', 'in_progress', 'waiting');
CREATE INDEX cases_by_closing ON cases (merchant_id, closed_at, case_id) WHERE state = 'closed';
CREATE INDEX cases_by_diagnosis ON cases (merchant_id, diagnosis, due_at, case_id) WHERE state IN ('open', 'in_progress', 'waiting');
CREATE INDEX cases_by_due ON cases (merchant_id, due_at, case_id) WHERE state IN ('open', 'in_progress', 'waiting');
CREATE INDEX cases_by_money ON cases (merchant_id, amount_at_risk_minor, case_id) WHERE state IN ('open', 'in_progress', 'waiting');
CREATE INDEX cases_by_owner ON cases (merchant_id, owner_id, due_at, case_id) WHERE state IN ('open', 'in_progress', 'waiting') AND owner_id IS NOT NULL;
CREATE INDEX cases_by_proof ON cases (merchant_id, proof_due_at) WHERE proof_due_at IS NOT NULL;
CREATE INDEX cases_by_store ON cases (merchant_id, store_id, due_at, case_id) WHERE state IN ('open', 'in_progress', 'waiting');
CREATE INDEX cases_to_count ON cases (merchant_id, due_at) INCLUDE (exception, state, owner_id, currency, amount_at_risk_minor, store_id) WHERE state IN ('open', 'in_progress', 'waiting');
ALTER TABLE cases ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON cases
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT, UPDATE (exception, diagnosis, severity, next_step, subject, other_subject, store_id, terminal_id, operator_id, occurred_at, amount_at_risk_minor, currency, leading_id, findings_n, stands, due_at, state, version, changed_at, owner_id, escalated_to, waiting_for, merged_into, closed_at, closed_by, closure_reason, proof_due_at) ON cases TO counterfoil_app;

CREATE TABLE customers (
    merchant_id TEXT COLLATE "C" NOT NULL,
    customer_id TEXT COLLATE "C" NOT NULL,
    customer_key TEXT COLLATE "C" NOT NULL,
    sealed BYTEA,
    masked TEXT,
    language TEXT DEFAULT 'en' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    forgotten_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT customers_key PRIMARY KEY (merchant_id, customer_id),
    CONSTRAINT customers_language_is_known CHECK (language IN ('en', 'zh')),
    CONSTRAINT customers_forgotten_is_empty CHECK ((sealed IS NULL) = (forgotten_at IS NOT NULL)),
    CONSTRAINT customers_forgotten_is_unmasked CHECK (masked IS NULL OR forgotten_at IS NULL),
    CONSTRAINT one_customer_per_key UNIQUE (merchant_id, customer_key),
    CONSTRAINT customers_has_merchants FOREIGN KEY(merchant_id) REFERENCES merchants (merchant_id)
);
ALTER TABLE customers ENABLE ROW LEVEL SECURITY;
ALTER TABLE customers FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON customers
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT, UPDATE (customer_key, sealed, masked, language, forgotten_at) ON customers TO counterfoil_app;

CREATE TABLE finding_subjects (
    merchant_id TEXT COLLATE "C" NOT NULL,
    finding_id TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    CONSTRAINT finding_subjects_key PRIMARY KEY (merchant_id, finding_id, subject),
    CONSTRAINT finding_subjects_has_findings FOREIGN KEY(merchant_id, finding_id) REFERENCES findings (merchant_id, finding_id)
);
COMMENT ON TABLE finding_subjects IS 'What findings are about, so that cases are found by any of their numbers, and two of one sale by each other.';
CREATE INDEX finding_subjects_by_name ON finding_subjects (merchant_id, name);
CREATE INDEX finding_subjects_by_subject ON finding_subjects (merchant_id, subject);
ALTER TABLE finding_subjects ENABLE ROW LEVEL SECURITY;
ALTER TABLE finding_subjects FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON finding_subjects
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT ON finding_subjects TO counterfoil_app;

CREATE TABLE policies (
    merchant_id TEXT COLLATE "C" NOT NULL,
    version INTEGER NOT NULL,
    valid_from TIMESTAMP WITH TIME ZONE NOT NULL,
    text TEXT NOT NULL,
    decided_by TEXT COLLATE "C",
    decided_at TIMESTAMP WITH TIME ZONE NOT NULL,
    reason TEXT NOT NULL,
    CONSTRAINT policies_key PRIMARY KEY (merchant_id, version),
    CONSTRAINT policies_version_counts_from_one CHECK (version >= 1),
    CONSTRAINT policies_nothing_holds_before_it_is_decided CHECK (valid_from >= decided_at),
    CONSTRAINT policies_has_a_reason CHECK (length(btrim(reason)) > 0),
    CONSTRAINT policies_has_merchants FOREIGN KEY(merchant_id) REFERENCES merchants (merchant_id)
);
COMMENT ON TABLE policies IS 'The one that holds is that with the latest valid_from that is not in the future; of two, the later version.';
CREATE INDEX policies_by_time ON policies (merchant_id, valid_from);
ALTER TABLE policies ENABLE ROW LEVEL SECURITY;
ALTER TABLE policies FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON policies
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT ON policies TO counterfoil_app;

CREATE TABLE staff (
    merchant_id TEXT COLLATE "C" NOT NULL,
    staff_id TEXT COLLATE "C" NOT NULL,
    name TEXT NOT NULL,
    language TEXT DEFAULT 'en' NOT NULL,
    pin_hash TEXT,
    pin_failures SMALLINT DEFAULT '0' NOT NULL,
    pin_locked_until TIMESTAMP WITH TIME ZONE,
    password_hash TEXT,
    password_failures SMALLINT DEFAULT '0' NOT NULL,
    password_locked_until TIMESTAMP WITH TIME ZONE,
    password_is_published BOOLEAN DEFAULT false NOT NULL,
    theme TEXT DEFAULT 'system' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    retired_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT staff_key PRIMARY KEY (merchant_id, staff_id),
    CONSTRAINT staff_language_is_known CHECK (language IN ('en', 'zh')),
    CONSTRAINT staff_theme_is_known CHECK (theme IN ('system', 'light', 'dark')),
    CONSTRAINT staff_pin_is_hashed CHECK (pin_hash LIKE '$argon2id$%%'),
    CONSTRAINT staff_pin_failures_are_counted CHECK (pin_failures >= 0),
    CONSTRAINT staff_password_is_hashed CHECK (password_hash LIKE '$argon2id$%%'),
    CONSTRAINT staff_password_failures_are_counted CHECK (password_failures >= 0),
    CONSTRAINT staff_has_merchants FOREIGN KEY(merchant_id) REFERENCES merchants (merchant_id)
);
ALTER TABLE staff ENABLE ROW LEVEL SECURITY;
ALTER TABLE staff FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON staff
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT, UPDATE (name, language, theme, retired_at, pin_hash, pin_failures, pin_locked_until, password_hash, password_failures, password_locked_until, password_is_published) ON staff TO counterfoil_app;

CREATE TABLE stores (
    merchant_id TEXT COLLATE "C" NOT NULL,
    store_id TEXT COLLATE "C" NOT NULL,
    name TEXT NOT NULL,
    address TEXT,
    price_list TEXT COLLATE "C",
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    retired_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT stores_key PRIMARY KEY (merchant_id, store_id),
    CONSTRAINT stores_has_merchants FOREIGN KEY(merchant_id) REFERENCES merchants (merchant_id)
);
ALTER TABLE stores ENABLE ROW LEVEL SECURITY;
ALTER TABLE stores FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON stores
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT, UPDATE (name, address, price_list, retired_at) ON stores TO counterfoil_app;

CREATE TABLE taxes (
    merchant_id TEXT COLLATE "C" NOT NULL,
    tax_code TEXT COLLATE "C" NOT NULL,
    name_en TEXT,
    name_zh TEXT,
    rate NUMERIC(7, 6) NOT NULL,
    included BOOLEAN NOT NULL,
    CONSTRAINT taxes_key PRIMARY KEY (merchant_id, tax_code),
    CONSTRAINT taxes_rate_is_a_fraction CHECK (rate BETWEEN 0 AND 1),
    CONSTRAINT taxes_has_merchants FOREIGN KEY(merchant_id) REFERENCES merchants (merchant_id)
);
COMMENT ON TABLE taxes IS 'A rate is never changed: a new rate has a new code, and sales of yesterday keep theirs.';
ALTER TABLE taxes ENABLE ROW LEVEL SECURITY;
ALTER TABLE taxes FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON taxes
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT, UPDATE (name_en, name_zh) ON taxes TO counterfoil_app;

CREATE TABLE case_events (
    merchant_id TEXT COLLATE "C" NOT NULL,
    case_id TEXT COLLATE "C" NOT NULL,
    event_no INTEGER NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    actor_id TEXT COLLATE "C",
    action_id TEXT COLLATE "C",
    text TEXT,
    body JSONB NOT NULL,
    CONSTRAINT case_events_key PRIMARY KEY (merchant_id, case_id, event_no),
    CONSTRAINT case_events_kind_is_known CHECK (kind IN ('came', 'joined', 'changed', 'gone', 'returned', 'contradicted', 'taken', 'assigned', 'released', 'escalated', 'asked', 'answered', 'noted', 'begun', 'ended', 'closed', 'reopened', 'merged', 'parted')),
    CONSTRAINT case_events_state_is_known CHECK (state IN ('open', 'in_progress', 'waiting', 'closed', 'merged')),
    CONSTRAINT case_events_events_count_from_one CHECK (event_no >= 1),
    CONSTRAINT case_events_a_person_presses_a_button CHECK ((actor_id IS NULL) = (action_id IS NULL)),
    CONSTRAINT case_events_has_cases FOREIGN KEY(merchant_id, case_id) REFERENCES cases (merchant_id, case_id)
);
COMMENT ON TABLE case_events IS 'Everything that happened to a case, by people and by the books.';
CREATE INDEX case_events_by_time ON case_events (merchant_id, recorded_at);
CREATE INDEX case_steps_by_time ON case_events (merchant_id, occurred_at) WHERE kind = 'begun';
CREATE UNIQUE INDEX one_event_per_action ON case_events (merchant_id, case_id, action_id) WHERE action_id IS NOT NULL;
ALTER TABLE case_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE case_events FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON case_events
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT ON case_events TO counterfoil_app;

CREATE TABLE case_findings (
    merchant_id TEXT COLLATE "C" NOT NULL,
    finding_id TEXT COLLATE "C" NOT NULL,
    case_id TEXT COLLATE "C" NOT NULL,
    stands BOOLEAN,
    diagnosis TEXT,
    severity TEXT,
    amount_at_risk_minor BIGINT,
    CONSTRAINT case_findings_key PRIMARY KEY (merchant_id, finding_id),
    CONSTRAINT case_findings_has_findings FOREIGN KEY(merchant_id, finding_id) REFERENCES findings (merchant_id, finding_id),
    CONSTRAINT case_findings_has_cases FOREIGN KEY(merchant_id, case_id) REFERENCES cases (merchant_id, case_id)
);
COMMENT ON TABLE case_findings IS 'Which case each finding is in, and what that case was told of it.';
CREATE INDEX case_findings_by_case ON case_findings (merchant_id, case_id);
ALTER TABLE case_findings ENABLE ROW LEVEL SECURITY;
ALTER TABLE case_findings FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON case_findings
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT, UPDATE (case_id, stands, diagnosis, severity, amount_at_risk_minor) ON case_findings TO counterfoil_app;

CREATE TABLE items (
    merchant_id TEXT COLLATE "C" NOT NULL,
    sku TEXT COLLATE "C" NOT NULL,
    name_en TEXT,
    name_zh TEXT,
    kind TEXT DEFAULT 'goods' NOT NULL,
    tax_code TEXT COLLATE "C",
    sold_by TEXT DEFAULT 'piece' NOT NULL,
    price_minor BIGINT,
    priced_at TIMESTAMP WITH TIME ZONE,
    tracks_stock BOOLEAN DEFAULT true NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    retired_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT items_key PRIMARY KEY (merchant_id, sku),
    CONSTRAINT items_kind_is_known CHECK (kind IN ('goods', 'service', 'shipping', 'fee', 'tip', 'deposit')),
    CONSTRAINT items_sold_by_is_known CHECK (sold_by IN ('piece', 'weight')),
    CONSTRAINT items_has_a_name CHECK (name_en IS NOT NULL OR name_zh IS NOT NULL),
    CONSTRAINT items_price_is_not_negative CHECK (price_minor >= 0),
    CONSTRAINT items_has_merchants FOREIGN KEY(merchant_id) REFERENCES merchants (merchant_id),
    CONSTRAINT items_has_taxes FOREIGN KEY(merchant_id, tax_code) REFERENCES taxes (merchant_id, tax_code)
);
ALTER TABLE items ENABLE ROW LEVEL SECURITY;
ALTER TABLE items FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON items
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT, UPDATE (name_en, name_zh, kind, tax_code, sold_by, price_minor, priced_at, tracks_stock, retired_at) ON items TO counterfoil_app;

CREATE TABLE member_balances (
    merchant_id TEXT COLLATE "C" NOT NULL,
    member_id TEXT COLLATE "C" NOT NULL,
    customer_id TEXT COLLATE "C",
    currency TEXT NOT NULL,
    balance_minor BIGINT DEFAULT '0' NOT NULL,
    reserved_minor BIGINT DEFAULT '0' NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    blocked_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT member_balances_key PRIMARY KEY (merchant_id, member_id),
    CONSTRAINT member_balances_balance_is_not_negative CHECK (balance_minor >= 0),
    CONSTRAINT member_balances_reserved_within_balance CHECK (reserved_minor BETWEEN 0 AND balance_minor),
    CONSTRAINT member_balances_has_customers FOREIGN KEY(merchant_id, customer_id) REFERENCES customers (merchant_id, customer_id)
);
ALTER TABLE member_balances ENABLE ROW LEVEL SECURITY;
ALTER TABLE member_balances FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON member_balances
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT, UPDATE (balance_minor, reserved_minor, customer_id, blocked_at) ON member_balances TO counterfoil_app;

CREATE TABLE staff_grants (
    merchant_id TEXT COLLATE "C" NOT NULL,
    staff_id TEXT COLLATE "C" NOT NULL,
    role TEXT NOT NULL,
    store_id TEXT COLLATE "C" DEFAULT '' NOT NULL,
    given_by TEXT COLLATE "C",
    given_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT staff_grants_key PRIMARY KEY (merchant_id, staff_id, role, store_id),
    CONSTRAINT staff_grants_role_is_known CHECK (role IN ('cashier', 'supervisor', 'manager', 'finance', 'support', 'auditor', 'owner')),
    CONSTRAINT staff_grants_has_staff FOREIGN KEY(merchant_id, staff_id) REFERENCES staff (merchant_id, staff_id)
);
COMMENT ON TABLE staff_grants IS 'What somebody is now. A row is there or it is not; how it came and went stands in staff_grant_changes.';
ALTER TABLE staff_grants ENABLE ROW LEVEL SECURITY;
ALTER TABLE staff_grants FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON staff_grants
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT, DELETE ON staff_grants TO counterfoil_app;

CREATE TABLE terminals (
    merchant_id TEXT COLLATE "C" NOT NULL,
    terminal_id TEXT COLLATE "C" NOT NULL,
    store_id TEXT COLLATE "C" NOT NULL,
    name TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    retired_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT terminals_key PRIMARY KEY (merchant_id, terminal_id),
    CONSTRAINT terminals_has_stores FOREIGN KEY(merchant_id, store_id) REFERENCES stores (merchant_id, store_id)
);
COMMENT ON TABLE terminals IS 'A terminal that moves to another store is retired, and gets a new id there: its past stays where it was.';
ALTER TABLE terminals ENABLE ROW LEVEL SECURITY;
ALTER TABLE terminals FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON terminals
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT, UPDATE (name, retired_at) ON terminals TO counterfoil_app;

CREATE TABLE api_tokens (
    merchant_id TEXT COLLATE "C" NOT NULL,
    token_id TEXT COLLATE "C" NOT NULL,
    secret_digest BYTEA NOT NULL,
    name TEXT,
    terminal_id TEXT COLLATE "C",
    staff_id TEXT COLLATE "C",
    scopes TEXT[] NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE,
    revoked_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT api_tokens_key PRIMARY KEY (merchant_id, token_id),
    CONSTRAINT api_tokens_secret_is_digested CHECK (octet_length(secret_digest) = 32),
    CONSTRAINT api_tokens_token_speaks_for_one CHECK (terminal_id IS NULL OR staff_id IS NULL),
    CONSTRAINT api_tokens_scopes_are_named CHECK (cardinality(scopes) > 0),
    CONSTRAINT api_tokens_has_terminals FOREIGN KEY(merchant_id, terminal_id) REFERENCES terminals (merchant_id, terminal_id),
    CONSTRAINT api_tokens_has_staff FOREIGN KEY(merchant_id, staff_id) REFERENCES staff (merchant_id, staff_id)
);
ALTER TABLE api_tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_tokens FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON api_tokens
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT, UPDATE (revoked_at) ON api_tokens TO counterfoil_app;

CREATE TABLE barcodes (
    merchant_id TEXT COLLATE "C" NOT NULL,
    barcode TEXT COLLATE "C" NOT NULL,
    sku TEXT COLLATE "C" NOT NULL,
    CONSTRAINT barcodes_key PRIMARY KEY (merchant_id, barcode),
    CONSTRAINT barcodes_has_items FOREIGN KEY(merchant_id, sku) REFERENCES items (merchant_id, sku)
);
COMMENT ON TABLE barcodes IS 'What a scanner or a cashier may enter for an item; PLU numbers and in-store codes too.';
CREATE INDEX barcodes_by_sku ON barcodes (merchant_id, sku);
ALTER TABLE barcodes ENABLE ROW LEVEL SECURITY;
ALTER TABLE barcodes FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON barcodes
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT, DELETE, UPDATE (sku) ON barcodes TO counterfoil_app;

CREATE TABLE prices (
    merchant_id TEXT COLLATE "C" NOT NULL,
    price_list TEXT COLLATE "C" NOT NULL,
    sku TEXT COLLATE "C" NOT NULL,
    valid_from TIMESTAMP WITH TIME ZONE NOT NULL,
    price_minor BIGINT,
    CONSTRAINT prices_key PRIMARY KEY (merchant_id, price_list, sku, valid_from),
    CONSTRAINT prices_price_is_not_negative CHECK (price_minor >= 0),
    CONSTRAINT prices_has_items FOREIGN KEY(merchant_id, sku) REFERENCES items (merchant_id, sku)
);
COMMENT ON TABLE prices IS 'A price holds from its moment until the next one of its list; it is never rewritten.';
ALTER TABLE prices ENABLE ROW LEVEL SECURITY;
ALTER TABLE prices FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON prices
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT ON prices TO counterfoil_app;

CREATE TABLE sessions (
    merchant_id TEXT COLLATE "C" NOT NULL,
    session_id TEXT COLLATE "C" NOT NULL,
    secret_digest BYTEA NOT NULL,
    staff_id TEXT COLLATE "C" NOT NULL,
    began_by TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    terminal_id TEXT COLLATE "C",
    store_id TEXT COLLATE "C" DEFAULT '' NOT NULL,
    language TEXT NOT NULL,
    theme TEXT NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    ended_by TEXT,
    CONSTRAINT sessions_key PRIMARY KEY (merchant_id, session_id),
    CONSTRAINT sessions_began_by_is_known CHECK (began_by IN ('password', 'pin')),
    CONSTRAINT sessions_language_is_known CHECK (language IN ('en', 'zh')),
    CONSTRAINT sessions_theme_is_known CHECK (theme IN ('system', 'light', 'dark')),
    CONSTRAINT sessions_ended_by_is_known CHECK (ended_by IN ('signed_out', 'signed_out_everywhere', 'switched', 'signed_in_again', 'password_changed', 'retired')),
    CONSTRAINT sessions_secret_is_digested CHECK (octet_length(secret_digest) = 32),
    CONSTRAINT sessions_end_has_its_reason CHECK ((ended_at IS NULL) = (ended_by IS NULL)),
    CONSTRAINT sessions_has_staff FOREIGN KEY(merchant_id, staff_id) REFERENCES staff (merchant_id, staff_id),
    CONSTRAINT sessions_has_terminals FOREIGN KEY(merchant_id, terminal_id) REFERENCES terminals (merchant_id, terminal_id)
);
COMMENT ON TABLE sessions IS 'Who sits at a browser. What happened stands in the journal; a row that is long over may go.';
CREATE INDEX sessions_by_expiry ON sessions (merchant_id, expires_at);
CREATE INDEX sessions_by_staff ON sessions (merchant_id, staff_id);
ALTER TABLE sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE sessions FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON sessions
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT, DELETE, UPDATE (last_seen_at, terminal_id, store_id, language, theme, ended_at, ended_by) ON sessions TO counterfoil_app;

CREATE TABLE stock (
    merchant_id TEXT COLLATE "C" NOT NULL,
    store_id TEXT COLLATE "C" NOT NULL,
    sku TEXT COLLATE "C" NOT NULL,
    on_hand NUMERIC(18, 4) DEFAULT '0' NOT NULL,
    low_at NUMERIC(18, 4),
    CONSTRAINT stock_key PRIMARY KEY (merchant_id, store_id, sku),
    CONSTRAINT stock_low_at_is_not_negative CHECK (low_at >= 0),
    CONSTRAINT stock_has_stores FOREIGN KEY(merchant_id, store_id) REFERENCES stores (merchant_id, store_id),
    CONSTRAINT stock_has_items FOREIGN KEY(merchant_id, sku) REFERENCES items (merchant_id, sku)
);
COMMENT ON TABLE stock IS 'Rows are locked and changed in the order of their key; otherwise two sales wait for each other for ever.';
ALTER TABLE stock ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock FORCE ROW LEVEL SECURITY;
CREATE POLICY own_merchant ON stock
    USING (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''))
    WITH CHECK (merchant_id = nullif(current_setting('counterfoil.merchant_id', true), ''));
GRANT SELECT, INSERT, UPDATE (on_hand, low_at) ON stock TO counterfoil_app;

-- Which merchants there are, for work in the background: ids, and nothing else of anybody.
CREATE FUNCTION public.merchant_ids() RETURNS SETOF text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET row_security = on
BEGIN ATOMIC
    SELECT merchant_id FROM public.merchants ORDER BY merchant_id;
END;
REVOKE ALL ON FUNCTION public.merchant_ids() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.merchant_ids() TO counterfoil_app, counterfoil_sealer;

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
