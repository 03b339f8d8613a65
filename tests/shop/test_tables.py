"""The laws that the database keeps by itself, whatever code runs beside it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from counterfoil.db.engine import Database
from counterfoil.db.metadata import METADATA
from counterfoil.ids import MerchantId

SHOP_TABLES = """
    merchants stores terminals staff staff_grants staff_grant_changes api_tokens taxes items barcodes prices
    stock stock_movements customers member_balances vouchers stored_value_holds stored_value_movements policies
    shop_imports
""".split()

#: Facts: nobody may change or delete a row of these.
FACTS = "staff_grant_changes prices stock_movements stored_value_movements policies shop_imports".split()


@pytest.mark.parametrize("name", SHOP_TABLES)
def test_every_key_of_the_shop_begins_with_the_merchant(database: Database, name: str) -> None:
    table = METADATA.tables[name]
    assert next(column.name for column in table.primary_key) == "merchant_id"
    for constraint in table.constraints:
        if isinstance(constraint, sa.UniqueConstraint | sa.ForeignKeyConstraint):
            assert next(iter(constraint.columns)).name == "merchant_id"
    for index in table.indexes:
        assert index.columns[0].name == "merchant_id"


@pytest.mark.parametrize("name", FACTS)
def test_a_fact_of_the_shop_is_only_ever_inserted(database: Database, name: str) -> None:
    assert not METADATA.tables[name].info["updatable"]
    assert not METADATA.tables[name].info["deletable"]


@pytest.mark.parametrize("name", SHOP_TABLES)
def test_what_may_be_updated_is_a_column_and_no_part_of_the_key(database: Database, name: str) -> None:
    table = METADATA.tables[name]
    may = set(table.info["updatable"])
    assert may <= {column.name for column in table.columns}
    assert not may & {column.name for column in table.primary_key}


def broken_law(database: Database, merchant_id: MerchantId, statement: str) -> str:
    """Run a statement that must not pass, and return the law that it breaks."""
    with pytest.raises(sa.exc.IntegrityError) as caught, database.transaction(merchant_id) as connection:
        connection.execute(sa.text(statement), {"m": merchant_id})
    return str(caught.value.orig.diag.constraint_name)


BREAKS = [
    (
        "staff_pin_is_hashed",
        "INSERT INTO staff (merchant_id, staff_id, name, pin_hash, created_at) VALUES (:m, 'S1', 'A', '1234', now())",
    ),
    (
        "api_tokens_secret_is_digested",
        (
            "INSERT INTO api_tokens (merchant_id, token_id, secret_digest, scopes, "
            "created_at) VALUES (:m, 'T1', 'secret', '{sell}', now())"
        ),
    ),
    (
        "vouchers_reserved_within_remaining",
        (
            "INSERT INTO vouchers (merchant_id, voucher_key, tail, currency, "
            "value_minor, remaining_minor, reserved_minor, issued_at) "
            "VALUES (:m, 'V', 'ABCD', 'CNY', 100, 50, 51, now())"
        ),
    ),
    (
        "member_balances_balance_is_not_negative",
        (
            "INSERT INTO member_balances (merchant_id, member_id, currency, "
            "balance_minor, opened_at) VALUES (:m, 'M', 'CNY', -1, now())"
        ),
    ),
    (
        "stored_value_holds_given_back_within_redeemed",
        (
            "INSERT INTO stored_value_holds (merchant_id, payment_id, "
            "account_kind, account_id, amount_minor, state, given_back_minor, reserved_at) "
            "VALUES (:m, 'P', 'member', 'M', 100, 'redeemed', 101, now())"
        ),
    ),
    (
        "stock_movements_sold_leaves",
        (
            "INSERT INTO stock_movements (merchant_id, movement_id, store_id, sku, quantity, "
            "reason, occurred_at) VALUES (:m, 'X', 'S', 'K', 1, 'sold', now())"
        ),
    ),
    (
        "policies_nothing_holds_before_it_is_decided",
        (
            "INSERT INTO policies (merchant_id, version, valid_from, text, "
            "decided_at, reason) VALUES (:m, 1, now() - interval '1 day', '', now(), 'why')"
        ),
    ),
    (
        "shop_imports_rows_add_up",
        (
            "INSERT INTO shop_imports (merchant_id, import_id, noun, file_name, file_digest, "
            "rows_n, added_n, changed_n, same_n, aside_n, imported_at) "
            "VALUES (:m, 'I', 'items', 'a.csv', sha256('a'), 3, 1, 1, 0, 0, now())"
        ),
    ),
]


@pytest.mark.parametrize(("law", "statement"), BREAKS, ids=[law for law, _ in BREAKS])
def test_the_database_keeps_its_law(database: Database, merchant_id: MerchantId, law: str, statement: str) -> None:
    assert broken_law(database, merchant_id, statement) == law
