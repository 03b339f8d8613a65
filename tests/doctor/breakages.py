"""What somebody may do to a shop behind its back, and what the doctor must say to it."""

from __future__ import annotations

CARD = "4242424242424242"


A_CHARGE = """
    INSERT INTO acquirer_records (merchant_id, record_id, acquirer, source, kind, state, amount_minor, currency,
        occurred_at, our_reference, acquirer_reference)
    VALUES ('m1', 'x1', 'wechat', 'bill', 'sale', 'succeeded', 1000, 'CNY', now() - interval '1 day', {}, 'x')
"""
A_FINDING = """
    INSERT INTO findings (merchant_id, finding_id, exception, diagnosis, severity, subject, occurred_at,
        amount_at_risk_minor, explanation_en, explanation_zh, next_step, evidence, found_by, first_seen_at,
        last_seen_at)
    VALUES ('m1', 'f', 'missing_slip', 'x', 'high', %s, now(), 1, '', '', '', '[]', 'rule', now(), now())
"""

_A_SECOND_SLIP = """
    INSERT INTO slips SELECT merchant_id, 'again', order_id, payment_id, return_id, kind, form, state, fault, copy_no,
        amount_minor, currency, occurred_at, terminal_id FROM slips WHERE order_id = '{o cash}'
"""
_IN_NO_BILL = """
    WITH gone AS (DELETE FROM acquirer_records WHERE our_reference = '{p wechat}')
    UPDATE acquirer_records SET occurred_at = occurred_at + interval '9 days' WHERE our_reference <> '{p wechat}'
"""
_ONE_REQUEST = """
    DROP INDEX one_order_per_request;
    UPDATE orders SET request_id = 'same' WHERE order_id IN ('{o cash}', '{o wechat}')
"""
_TIED = """
    INSERT INTO ties (merchant_id, noun, row_id, tie_no, order_id, stands, case_id, said_by, said_at)
    VALUES ('m1', 'return', 'b1', 1, '{o cash}', true, 'F1', 'ann', '2026-01-01')
"""
_INVENTED = """
    INSERT INTO orders (merchant_id, order_id, placed_at, state, total_minor, currency, fulfilment)
    VALUES ('m1', 'x', now(), 'open', 1, 'CNY', 'carry_out')
"""
_TOLD_TOO_MUCH = """
    INSERT INTO journal (merchant_id, fact_id, tag, subject, occurred_at, body)
    VALUES ('m1', 'x', 'a:b:c', 'order:x', now(), '{"note": "4242 4242 4242 4242"}')
"""

#: What somebody does, the check that it breaks, and a row that breaks it; `{name}` is an order or a payment of the day.
BREAKAGES = {
    "a slip of another amount": (
        "UPDATE slips SET amount_minor = 1 WHERE order_id = '{o cash}'",
        "money_is_on_slips",
        "order:{o cash}",
    ),
    "a slip that is gone": ("DELETE FROM slips WHERE order_id = '{o wechat}'", "money_is_on_slips", "order:{o wechat}"),
    "a second original": (
        _A_SECOND_SLIP,
        "money_is_on_slips",
        "order:{o cash}",
    ),
    "a refund without a slip": (
        "DELETE FROM slips WHERE kind = 'refund' AND order_id = '{o refunded}'",
        "money_is_on_slips",
        "order:{o refunded}",
    ),
    "another amount at the acquirer": (
        "UPDATE acquirer_records SET amount_minor = 1 WHERE our_reference = '{p wechat}'",
        "money_is_at_the_acquirer",
        "payment:{p wechat}",
    ),
    "another currency at the acquirer": (
        "UPDATE acquirer_records SET currency = 'EUR' WHERE our_reference = '{p wechat}'",
        "money_is_at_the_acquirer",
        "payment:{p wechat}",
    ),
    "a payment that no bill knows": (
        _IN_NO_BILL,
        "money_is_at_the_acquirer",
        "payment:{p wechat}",
    ),
    "a charge of nobody": (A_CHARGE.format("NULL"), "charge_has_one_order", "acquirer_record:x1"),
    "a charge of a payment that is not there": (
        A_CHARGE.format("'nobody'"),
        "charge_has_one_order",
        "acquirer_record:x1",
    ),
    "a charge of a payment that was declined": (
        A_CHARGE.format("'{p declined}'"),
        "charge_has_one_order",
        "acquirer_record:x1",
    ),
    "two charges of one payment": (
        A_CHARGE.format("'{p wechat}'"),
        "order_is_charged_once",
        "payment:{p wechat}",
    ),
    "more held than it costs": (
        "UPDATE payments SET amount_minor = 1500 WHERE payment_id = '{p cash}'",
        "order_is_charged_once",
        "order:{o cash}",
    ),
    "two orders of one request": (
        _ONE_REQUEST,
        "request_is_one_order",
        "order:{o cash}",
    ),
    "a fact that was changed": ("UPDATE journal SET actor_id = 'x'", "journal_holds", "position 1: fact_changed"),
    "a fact that somebody may delete": (
        "GRANT DELETE ON journal TO counterfoil_app",
        "facts_cannot_be_changed",
        "counterfoil_app: DELETE journal",
    ),
    "an amount that somebody may change": (
        "GRANT UPDATE (amount_minor) ON payments TO counterfoil_app",
        "facts_cannot_be_changed",
        "counterfoil_app: UPDATE payments.amount_minor",
    ),
    "a table that everybody may empty": (
        "GRANT TRUNCATE ON seals TO PUBLIC",
        "facts_cannot_be_changed",
        "PUBLIC: TRUNCATE seals",
    ),
    "a link that nobody made": (
        _TIED,
        "ties_are_facts",
        "return:b1",
    ),
    "an order of another state": (
        "UPDATE orders SET state = 'voided' WHERE order_id = '{o cash}'",
        "order_state_is_its_facts",
        "order:{o cash}",
    ),
    "an order without a fact": (
        _INVENTED,
        "order_state_is_its_facts",
        "order:x",
    ),
    "a payment of another state": (
        "UPDATE payments SET state = 'declined' WHERE payment_id = '{p answer lost}'",
        "payment_state_is_its_facts",
        "payment:{p answer lost}",
    ),
    "a decline that became an approval": (
        "UPDATE payments SET state = 'approved' WHERE payment_id = '{p declined}'",
        "payment_state_is_its_facts",
        "payment:{p declined}",
    ),
    "a slip that was told of by nobody": (
        "UPDATE slips SET state = 'printed' WHERE slip_id = '{o cash}'",
        "slip_state_is_its_facts",
        "slip:{o cash}",
    ),
    "a void that is forgotten": (
        "UPDATE payments SET standing = 'held' WHERE payment_id = '{p voided}'",
        "standing_is_its_facts",
        "payment:{p voided}",
    ),
    "a void that never was": (
        "UPDATE payments SET standing = 'voided' WHERE payment_id = '{p cash}'",
        "standing_is_its_facts",
        "payment:{p cash}",
    ),
    "a refund that is not counted": (
        "UPDATE payments SET refunded_minor = 0 WHERE payment_id = '{p refunded}'",
        "refunds_are_counted",
        "payment:{p refunded}",
    ),
    "money set aside for nothing": (
        "UPDATE payments SET refund_reserved_minor = 5 WHERE payment_id = '{p refund declined}'",
        "refunds_are_counted",
        "payment:{p refund declined}",
    ),
    "a line that is not counted": (
        "UPDATE order_lines SET refunded_quantity = 0 WHERE order_id = '{o refunded}'",
        "refunded_lines_are_counted",
        "order:{o refunded}#1",
    ),
    "stock that vanished": (
        "UPDATE stock SET on_hand = on_hand - 1 WHERE sku = 'bread' AND store_id = 's1'",
        "stock_is_its_movements",
        "stock:s1/bread",
    ),
    "a movement that is gone": (
        "DELETE FROM stock_movements WHERE reason = 'voided' AND subject = 'order:{o voided}'",
        "stock_is_its_movements",
        "stock:s1/bread",
    ),
    "a table without walls": ("ALTER TABLE orders DISABLE ROW LEVEL SECURITY", "rows_are_walled_off", "orders"),
    "walls that do not hold the owner": (
        "ALTER TABLE slips NO FORCE ROW LEVEL SECURITY",
        "rows_are_walled_off",
        "slips",
    ),
    "a door in a wall": (
        "CREATE POLICY door ON payments FOR SELECT USING (true)",
        "rows_are_walled_off",
        "payments",
    ),
    "a wall that is wider": (
        "ALTER POLICY own_merchant ON returns USING (true)",
        "rows_are_walled_off",
        "returns",
    ),
    "a key that merchants share": (
        "CREATE UNIQUE INDEX shared ON orders (order_id)",
        "keys_begin_with_the_merchant",
        "shared",
    ),
    "a card number in a note": (
        f"UPDATE stock_movements SET note = 'paid with {CARD} by hand' WHERE reason = 'opening'",
        "no_plain_numbers",
        "stock_movements.note: card",
    ),
    "a card number in a fact": (
        _TOLD_TOO_MUCH,
        "no_plain_numbers",
        "journal.body: card",
    ),
    "a PIN in a reason": (
        "UPDATE payments SET reason = 'pin: 28174' WHERE payment_id = '{p voided}'",
        "no_plain_numbers",
        "payments.reason: pin",
    ),
    "a phone number in a name": (
        "UPDATE order_lines SET name = 'call 138 0013 8000' WHERE order_id = '{o cash}'",
        "no_plain_numbers",
        "order_lines.name: phone",
    ),
}
