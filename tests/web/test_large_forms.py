"""A body costs nothing before it is known whose it is, and a form that is none of ours costs little after that."""

from __future__ import annotations

import re

import pytest

from counterfoil.shop.staff.model import Role
from counterfoil.web.access import Kind
from counterfoil.web.forms import ANYBODYS_FORM_BYTES_MAX, FIELDS_MAX, FORM_BYTES_MAX, HEADER
from counterfoil.web.reference import routes
from tests.counter.till import Counter
from tests.web.conftest import Opening
from tests.web.pieces import PIECE_BYTES, URL_ENCODED, in_pieces, many
from tests.web.shop import Visitor, hire

MEGABYTES = 4 << 20
MULTIPART = "multipart/form-data; boundary=b"
#: Where more than a form may come in.
FOR_FILES = (
    ("PUT", "/office/audits/nobody/files?name=a.csv"),
    ("POST", "/office/bills"),
    ("POST", "/office/items/imports/file"),
)
_PARAMETER = re.compile(r"\{[^}]*\}")


@pytest.fixture
def office(counter: Counter, opening: Opening) -> Visitor:
    """A browser of somebody who may hand in every file."""
    hire(counter.database, counter.merchant_id, "olu", Role.OWNER)
    visitor = opening()
    visitor.sign_in("olu")
    return visitor


@pytest.mark.parametrize("kind", [URL_ENCODED, MULTIPART, "application/octet-stream"])
@pytest.mark.parametrize("is_told", [True, False])
def test_nothing_is_taken_of_who_has_not_signed_in(visitor: Visitor, kind: str, is_told: bool) -> None:  # noqa: FBT001 — by name
    told = {"content_length": str(MEGABYTES)} if is_told else {}
    pressed = [route for route in routes() if route.method != "GET"]
    assert len(pressed) > 50
    for route in pressed:
        address = _PARAMETER.sub("nobody", route.path)
        answer = in_pieces(visitor, route.method, address, many(b"a&", MEGABYTES), content_type=kind, **told)
        is_for_everybody = route.access.kind is Kind.EVERYBODY and not is_told
        assert answer.taken_bytes <= (ANYBODYS_FORM_BYTES_MAX + PIECE_BYTES if is_for_everybody else 0), route
        assert answer.status in {303, 413, 419}, route


@pytest.mark.parametrize("kind", [URL_ENCODED, MULTIPART])
def test_of_a_form_for_everybody_little_is_taken_even_with_a_token(visitor: Visitor, kind: str) -> None:
    pieces = [b'--b\r\nContent-Disposition: form-data; name="who"\r\n\r\n', *many(b"a=", MEGABYTES)]
    for address in ("/sign-in", "/look"):
        answer = in_pieces(visitor, "POST", address, pieces, content_type=kind, **{HEADER: visitor.token("/sign-in")})
        assert answer.status == 413
        assert answer.taken_bytes <= ANYBODYS_FORM_BYTES_MAX + 2 * PIECE_BYTES


@pytest.mark.parametrize(("method", "address"), FOR_FILES)
@pytest.mark.parametrize("is_told", [True, False])
def test_a_plain_form_is_no_file_whoever_sends_it(office: Visitor, method: str, address: str, is_told: bool) -> None:  # noqa: FBT001 — by name
    told = {"content_length": str(MEGABYTES)} if is_told else {}
    answer = in_pieces(office, method, address, many(b"aaaaaaa&", MEGABYTES), content_type=URL_ENCODED, **told)
    assert answer.status == 413
    assert answer.taken_bytes <= (0 if is_told else FORM_BYTES_MAX + PIECE_BYTES)


@pytest.mark.parametrize(("method", "address"), FOR_FILES[1:])
def test_a_plain_form_with_a_token_in_the_head_is_no_file_either(office: Visitor, method: str, address: str) -> None:
    token = {HEADER: office.token("/design")}
    answer = in_pieces(office, method, address, many(b"a&", MEGABYTES), content_type=URL_ENCODED, **token)
    assert answer.status == 413
    assert answer.taken_bytes <= FORM_BYTES_MAX + PIECE_BYTES


def test_who_may_not_hand_in_a_file_is_told_so_before_it_comes(counter: Counter, opening: Opening) -> None:
    hire(counter.database, counter.merchant_id, "cas", Role.CASHIER)
    visitor = opening()
    visitor.sign_in("cas")
    for method, address in FOR_FILES:
        answer = in_pieces(visitor, method, address, many(b"a&", MEGABYTES), content_type=URL_ENCODED)
        assert (answer.status, answer.taken_bytes) == (403, 0)


def test_a_form_has_no_more_fields_than_any_of_ours(visitor: Visitor) -> None:
    token = visitor.token("/sign-in")

    def sent(fields: int) -> int:
        body = "&".join([f"form_token={token}", "language=en", *["a"] * (fields - 2)])
        return in_pieces(visitor, "POST", "/look", [body.encode()], content_type=URL_ENCODED).status

    assert sent(FIELDS_MAX) == 303
    assert sent(FIELDS_MAX + 1) == 413


def test_what_is_typed_in_another_script_comes_whole(visitor: Visitor) -> None:
    """Fields are read as the browser wrote them: percents, pluses, and one name several times."""
    answer = visitor.post("/look", language="zh", next="/sign-in?next=/till%3Fq%3D茶+1")
    assert answer.headers["location"] == "/sign-in?next=/till%3Fq%3D%E8%8C%B6+1"


def test_who_sends_a_large_file_as_a_file_still_may(office: Visitor) -> None:
    token = office.token("/design")
    answer = office.client.post(
        "/office/bills", files={"file": ("bill.csv", b"x" * MEGABYTES)}, headers={HEADER: token}, follow_redirects=False
    )
    assert answer.status_code == 409, "it came whole, and is no bill"
