"""The way in and out: what opens a session, what ends it, and what the journal keeps of both."""

from __future__ import annotations

from tests.web.shop import Visitor, leads_to


def test_a_password_opens_the_pages(visitor: Visitor) -> None:
    assert not visitor.is_signed_in()
    assert leads_to(visitor.sign_in("sue")) == "/"
    assert visitor.is_signed_in()
    assert leads_to(visitor.get("/")) == "/desk"


def test_whoever_has_a_role_is_not_told_that_there_is_none(visitor: Visitor) -> None:
    """Somebody who waited on that page for a role, and has been given one, goes on when they load it again."""
    visitor.sign_in("sue")
    assert leads_to(visitor.get("/welcome")) == "/desk"
