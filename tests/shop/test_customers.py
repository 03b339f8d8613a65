"""Customers: matched without being known, sealed at rest, masked on every screen, and forgotten for good."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.ids import MerchantId
from counterfoil.languages import Language
from counterfoil.shop.customers import store as customers
from counterfoil.shop.customers.model import Customer, CustomerId, Details
from counterfoil.shop.customers.rules import (
    WORDS,
    CustomerFlaw,
    masked,
    masked_phone,
    normalised,
    normalised_email,
    normalised_phone,
)
from counterfoil.shop.customers.seals import SealBroken, customer_key, opened, seal
from counterfoil.shop.customers.tables import CUSTOMERS
from counterfoil.shop.secret_keys import SecretKey

from .stage import NOW, found, keys_of

LI = Details(name="李雷", phone="13800135678", email="Li.Lei@Example.com", address="No. 1 Nanjing Road")
SHOP, LI_ID = MerchantId("M"), CustomerId("C1")
TEXT = st.none() | st.text(max_size=40)


@pytest.mark.parametrize(
    ("text", "calling_code", "kept"),
    [
        ("138 0013 5678", "86", "+8613800135678"),
        ("+86 138-0013-5678", "86", "+8613800135678"),
        ("008613800135678", "86", "+8613800135678"),
        ("１３８００１３５６７８", "86", "+8613800135678"),
        ("(021) 5555 1234", "86", "+862155551234"),
        ("+1 (212) 555-0100", "86", "+12125550100"),
        ("030/901820", "49", "+4930901820"),
        ("13800135678", None, "13800135678"),
        ("12345", None, None),
        ("1234567890123456", None, None),
        ("call me", "86", None),
        ("", "86", None),
    ],
)
def test_one_number_has_one_spelling(text: str, calling_code: str | None, kept: str | None) -> None:
    assert normalised_phone(text, calling_code) == kept


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from([" ", "-", "", "."]))
def test_however_a_mobile_number_is_written_it_is_the_same(number: str, between: str) -> None:
    spelt = between.join((number[:3], number[3:7], number[7:]))
    assert {normalised_phone(text, "86") for text in (number, spelt, f"+86{spelt}", f"0086 {spelt}")} == {
        f"+86{number}"
    }


@pytest.mark.parametrize(
    ("text", "kept"),
    [(" Li.Lei@Example.COM ", "li.lei@example.com"), ("li@localhost", None), ("li lei@a.b", None), ("@a.b", None)],
)
def test_one_mail_address_has_one_spelling(text: str, kept: str | None) -> None:
    assert normalised_email(text) == kept


@pytest.mark.parametrize(
    ("details", "flaw"),
    [
        (Details(name="nobody"), CustomerFlaw.NO_CONTACT),
        (Details(phone="x"), CustomerFlaw.BAD_PHONE),
        (Details(email="x"), CustomerFlaw.BAD_EMAIL),
        (Details(phone="13800135678", name="x" * 301), CustomerFlaw.TOO_LONG),
    ],
)
def test_details_that_nobody_can_be_reached_by_are_refused(details: Details, flaw: CustomerFlaw) -> None:
    assert normalised(details, "86") is flaw
    assert set(WORDS) == set(CustomerFlaw)


def test_a_mask_shows_enough_to_recognise_and_too_little_to_call() -> None:
    assert masked(Details(phone="+8613800135678"), "86") == "138****5678"
    assert masked(Details(phone="+12125550100"), "86") == "+12****0100"
    assert masked(Details(email="li.lei@example.com"), "86") == "l***@example.com"
    assert masked_phone("110110", None) == "****10"


@given(st.from_regex(r"[0-9]{6,15}", fullmatch=True), st.none() | st.just("86"))
def test_a_mask_never_shows_more_than_seven_digits_nor_all_of_them(number: str, calling_code: str | None) -> None:
    phone = f"+86{number}"[:16] if calling_code else number
    shown = [letter for letter in masked_phone(phone, calling_code) if letter.isdigit()]
    assert len(shown) <= 7
    assert len(shown) < len(phone.removeprefix("+86"))


@given(TEXT, TEXT, TEXT, TEXT)
def test_what_is_sealed_comes_out_as_it_went_in(
    name: str | None, phone: str | None, email: str | None, address: str | None
) -> None:
    details = Details(name=name, phone=phone, email=email, address=address)
    sealed = seal(keys_of(SHOP), SHOP, LI_ID, details)
    assert opened(keys_of(SHOP), SHOP, LI_ID, sealed) == details


def test_a_seal_shows_nothing_and_no_two_are_alike() -> None:
    one, two = (seal(keys_of(SHOP), SHOP, LI_ID, LI) for _ in range(2))
    assert one != two
    assert b"13800135678" not in one
    assert "13800135678" not in repr(LI)


@pytest.mark.parametrize("place", [0, 3, 12, 25, -1])
def test_a_seal_that_somebody_touched_does_not_open(place: int) -> None:
    sealed = bytearray(seal(keys_of(SHOP), SHOP, LI_ID, LI))
    sealed[place] ^= 1
    with pytest.raises(SealBroken):
        opened(keys_of(SHOP), SHOP, LI_ID, bytes(sealed))


def test_a_seal_does_not_open_in_another_row_nor_with_another_key() -> None:
    sealed = seal(keys_of(SHOP), SHOP, LI_ID, LI)
    with pytest.raises(SealBroken, match="does not fit its row"):
        opened(keys_of(SHOP), SHOP, CustomerId("C2"), sealed)
    with pytest.raises(SealBroken, match="another secret key"):
        opened(SecretKey(secret=bytes(32)).for_merchant(SHOP), SHOP, LI_ID, sealed)
    with pytest.raises(SealBroken, match="no form"):
        opened(keys_of(SHOP), SHOP, LI_ID, b"")


def test_two_merchants_cannot_lay_their_customers_side_by_side() -> None:
    known = normalised(LI, "86")
    assert isinstance(known, Details)
    here, there = (customer_key(keys_of(MerchantId(name)), known) for name in ("M", "N"))
    assert here != there
    assert here == customer_key(keys_of(SHOP), replace(known, name="somebody else", email=None))


# ---------------------------------------------------------------- in the database


def remembered(connection: sa.Connection, merchant_id: MerchantId, details: Details) -> Customer:
    found_or_made = customers.remember(
        connection,
        merchant_id,
        keys_of(merchant_id),
        details,
        calling_code="86",
        language=Language.ZH,
        now=NOW,
    )
    assert isinstance(found_or_made, Customer), found_or_made
    return found_or_made


def test_a_customer_who_comes_again_is_the_same_and_what_is_new_is_added(
    connection: sa.Connection, merchant_id: MerchantId
) -> None:
    found(connection, merchant_id)
    keys = keys_of(merchant_id)
    first = remembered(connection, merchant_id, Details(phone="138-0013-5678", name="李雷"))
    again = remembered(connection, merchant_id, Details(phone="+86 13800135678", address="Nanjing Road"))
    assert again == first
    assert first.masked == "138****5678"
    assert customers.details_of(connection, merchant_id, keys, first.customer_id) == Details(
        name="李雷", phone="+8613800135678", address="Nanjing Road"
    )
    by_contact = customers.customer_of_contact(
        connection, merchant_id, keys, Details(phone="13800135678"), calling_code="86"
    )
    assert by_contact == customers.customer_of_key(connection, merchant_id, first.customer_key) == first
    assert remembered(connection, merchant_id, Details(email="li@example.com")).customer_id != first.customer_id


def test_no_table_holds_a_number_a_name_or_an_address(connection: sa.Connection, merchant_id: MerchantId) -> None:
    found(connection, merchant_id)
    remembered(connection, merchant_id, LI)
    row = connection.execute(sa.select(CUSTOMERS).where(CUSTOMERS.c.merchant_id == merchant_id)).one()
    kept = repr(tuple(row)) + bytes(row.sealed).decode("latin-1")
    for told in ("13800135678", "李雷", "example.com", "Nanjing"):
        assert told not in kept


def test_a_forgotten_customer_is_gone_for_good_and_may_come_as_somebody_new(
    connection: sa.Connection, merchant_id: MerchantId
) -> None:
    found(connection, merchant_id)
    first = remembered(connection, merchant_id, LI)
    assert customers.forget(connection, merchant_id, first.customer_id, now=NOW)
    assert not customers.forget(connection, merchant_id, first.customer_id, now=NOW)
    gone = customers.customer(connection, merchant_id, first.customer_id)
    assert gone is not None
    assert (gone.masked, gone.forgotten_at) == (None, NOW)
    assert customers.details_of(connection, merchant_id, keys_of(merchant_id), first.customer_id) is None
    assert customers.customer_of_key(connection, merchant_id, first.customer_key) is None
    assert remembered(connection, merchant_id, LI).customer_id != first.customer_id


def test_details_that_are_refused_change_nothing(connection: sa.Connection, merchant_id: MerchantId) -> None:
    found(connection, merchant_id)
    keys = keys_of(merchant_id)
    refused = customers.remember(
        connection, merchant_id, keys, Details(), calling_code=None, language=Language.EN, now=NOW
    )
    assert refused is CustomerFlaw.NO_CONTACT
    assert (
        customers.customer_of_contact(connection, merchant_id, keys, Details(phone="x"), calling_code=None)
        is CustomerFlaw.BAD_PHONE
    )
