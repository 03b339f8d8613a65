"""A file comes as slowly as its sender likes: what counts is whether they may when it is here."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from counterfoil.shop.sessions import store as sessions
from counterfoil.shop.sessions.model import Ending
from counterfoil.shop.staff import store as staff
from counterfoil.shop.staff.model import EVERY_STORE, Grant, Role
from counterfoil.shop.tokens import store as tokens
from tests.api.asking import Asking
from tests.api.conftest import asking as asking
from tests.audit.readers.wechat import PAYMENT, trade_bill
from tests.counter.counters import counter as counter
from tests.counter.counters import town as town
from tests.counter.shop import OPENING, TOKEN_ID, token_of
from tests.counter.till import Counter
from tests.web.audits import BILL, Office
from tests.web.audits import office as office
from tests.web.desk import form_on
from tests.web.pieces import Taken, in_pieces
from tests.web.shop import Visitor

MULTIPART = "multipart/form-data; boundary=b"


def role_taken(office: Office) -> None:
    grant = Grant(staff_id="fay", role=Role.FINANCE, store_id=EVERY_STORE)  # type: ignore[arg-type]  # an id of the test
    with office.counter.database.transaction(office.counter.merchant_id) as connection:
        assert staff.revoke(connection, office.counter.merchant_id, grant, now=OPENING)


def signed_out(office: Office) -> None:
    with office.counter.database.transaction(office.counter.merchant_id) as connection:
        assert sessions.end_all(
            connection,
            office.counter.merchant_id,
            "fay",  # type: ignore[arg-type]  # an id of the test
            Ending.SIGNED_OUT_EVERYWHERE,
            now=OPENING,
        )


def part(name: str, content: bytes, file: str = "") -> bytes:
    named = f'; filename="{file}"' if file else ""
    return f'--b\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'.encode() + content + b"\r\n"


def slowly(content: bytes, meanwhile: Callable[[], None]) -> Iterator[bytes]:
    """Yield the half of it; something is done; then the rest."""
    middle = len(content) // 2
    yield content[:middle]
    meanwhile()
    yield content[middle:]


@pytest.mark.parametrize(("done", "status"), [(role_taken, 403), (signed_out, 303)])
@pytest.mark.parametrize("way", ["put", "form", "mapping"])
def test_a_file_of_an_audit_is_not_taken_from_who_lost_the_right_while_it_came(
    office: Office, way: str, done: Callable[[Office], None], status: int
) -> None:
    audit_id = office.begin()
    token = form_on(office.page(audit_id), "/files").fields["form_token"]
    address, content = f"/office/audits/{audit_id}", BILL.read_bytes()
    form = part("form_token", token.encode())

    def sent(meanwhile: Callable[[], None]) -> Taken:
        if way == "put":
            told = {"x-csrf-token": token, "content_length": str(len(content))}
            pieces = slowly(content, meanwhile)
            return in_pieces(office.visitor, "PUT", f"{address}/files?name=bill.csv", pieces, **told)
        name = "mapping" if way == "mapping" else "files"
        body = form + part(name, content, "bill.csv") + b"--b--\r\n"
        return in_pieces(office.visitor, "POST", f"{address}/{name}", slowly(body, meanwhile), content_type=MULTIPART)

    assert sent(lambda: done(office)).status == status
    assert office.kept() == set()


@pytest.mark.parametrize(("done", "status"), [(role_taken, 403), (signed_out, 303)])
@pytest.mark.parametrize("address", ["/office/bills", "/office/items/imports/file"])
def test_a_file_is_not_taken_from_who_lost_the_right_while_it_came(
    office: Office, address: str, done: Callable[[Office], None], status: int
) -> None:
    if address != "/office/bills":
        grant = Grant(staff_id="fay", role=Role.OWNER, store_id=EVERY_STORE)  # type: ignore[arg-type]  # an id of the test
        with office.counter.database.transaction(office.counter.merchant_id) as connection:
            staff.give(connection, office.counter.merchant_id, grant, now=OPENING)

    def meanwhile() -> None:
        if address != "/office/bills" and done is role_taken:
            with office.counter.database.transaction(office.counter.merchant_id) as connection:
                staff.revoke(connection, office.counter.merchant_id, grant, now=OPENING)
        done(office)

    body = part("noun", b"items") + part("file", trade_bill([PAYMENT]).encode(), "bill.csv") + b"--b--\r\n"
    token = office.visitor.token("/design")
    answer = in_pieces(
        office.visitor, "POST", address, slowly(body, meanwhile), content_type=MULTIPART, x_csrf_token=token
    )
    assert answer.status == status
    assert office.counter.counts().get("bills", 0) == 0


def test_a_bill_is_not_taken_of_a_token_that_was_taken_back_while_it_came(asking: Asking) -> None:
    shop: Counter = asking.counter

    def taken_back() -> None:
        with shop.database.transaction(shop.merchant_id) as connection:
            assert tokens.revoke_token(connection, shop.merchant_id, TOKEN_ID, now=OPENING)
        # So long a token is believed without asking.
        asking.client.app.state.house.knowledge._tokens.clear()

    visitor = Visitor(merchant_id=shop.merchant_id, client=asking.client)
    pieces = slowly(trade_bill([PAYMENT]).encode(), taken_back)
    told = {"authorization": f"Bearer {token_of(shop.merchant_id)}"}
    assert in_pieces(visitor, "POST", "/api/v1/bills", pieces, **told).status == 401
    assert shop.counts().get("bills", 0) == 0


def test_nothing_is_taken_of_a_bill_without_a_token(asking: Asking) -> None:
    visitor = Visitor(merchant_id=asking.counter.merchant_id, client=asking.client)
    for address in ("/api/v1/bills", "/api/v1/sales", "/api/v1/slips/told"):
        answer = in_pieces(visitor, "POST", address, [b"[]" * 1000] * 100)
        assert (answer.status, answer.taken_bytes) == (401, 0)
