"""A shop whose people have passwords, and a visitor who asks its pages as a browser does."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import httpx
from litestar import Litestar
from litestar.testing import TestClient

from counterfoil.counter.house import House
from counterfoil.db.engine import Database
from counterfoil.ids import MerchantId, StaffId, StoreId
from counterfoil.languages import Language
from counterfoil.shop.staff import store as staff
from counterfoil.shop.staff.kept_secrets import store as kept_secrets
from counterfoil.shop.staff.model import EVERY_STORE, Grant, Role
from counterfoil.shop.staff.passwords import Password, Passwords
from counterfoil.shop.staff.pins import Pins
from tests.counter.shop import ANN, BEN, OPENING, SECRET, SUE
from tests.counter.till import Counter
from tests.shop.stage import QUICK

PASSWORD = "seven quiet herons"  # noqa: S105 — of people that only tests know
_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')


def quick_passwords(merchant_id: MerchantId) -> Passwords:
    return Passwords(SECRET.for_merchant(merchant_id).passwords, QUICK)


def quick_pins(merchant_id: MerchantId) -> Pins:
    return Pins(SECRET.for_merchant(merchant_id).pins, QUICK)


def house_of(counter: Counter) -> House:
    """A house whose passwords cost next to nothing: what is tested is what is done with them."""
    house = counter.another_house()
    signing_in = replace(house.signing_in, passwords=quick_passwords, pins=quick_pins)
    setting = replace(house.setting_passwords, passwords=quick_passwords)
    return replace(house, signing_in=signing_in, setting_passwords=setting)


def give_passwords(database: Database, merchant_id: MerchantId, *staff_ids: StaffId) -> None:
    """Give people the password of the tests."""
    with database.transaction(merchant_id) as connection:
        for staff_id in staff_ids or (ANN, BEN, SUE):
            hashed = quick_passwords(merchant_id).hash(staff_id, Password(text=PASSWORD))
            assert kept_secrets.set_password(connection, merchant_id, staff_id, hashed)


def hire(
    database: Database,
    merchant_id: MerchantId,
    staff_id: str,
    *roles: Role,
    name: str | None = None,
    at: StoreId = EVERY_STORE,
    language: Language = Language.EN,
) -> StaffId:
    """Take somebody on, with roles and the password of the tests."""
    who = StaffId(staff_id)
    with database.transaction(merchant_id) as connection:
        staff.add_person(connection, merchant_id, who, name=name or staff_id, language=language, now=OPENING)
        for role in roles:
            staff.give(connection, merchant_id, Grant(staff_id=who, role=role, store_id=at), now=OPENING)
    give_passwords(database, merchant_id, who)
    return who


@dataclass(slots=True, kw_only=True)
class Visitor:
    """Somebody at a browser, who fills in forms."""

    merchant_id: MerchantId
    client: TestClient[Litestar]

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Open a page; where it leads elsewhere is told and not followed."""
        return self.client.get(path, headers=headers, follow_redirects=False)

    def token(self, path: str = "/sign-in") -> str:
        """Return the token of a form on a page."""
        page = self.client.get(path, follow_redirects=True)
        found = _TOKEN.search(page.text)
        assert found is not None, page.text
        return found[1]

    def post(self, path: str, *, form_on: str | None = None, **fields: str) -> httpx.Response:
        """Send a form, with the token of the page that it stands on."""
        token = self.token(form_on or "/sign-in?next=/design")
        return self.client.post(path, data={"form_token": token, **fields}, follow_redirects=False)

    def sign_in(self, who: str = SUE, password: str = PASSWORD, **fields: str) -> httpx.Response:
        """Sign in by the form."""
        return self.post("/sign-in", merchant=self.merchant_id, who=who, password=password, **fields)

    def is_signed_in(self) -> bool:
        """Say whether pages for people who work here open."""
        answer = self.get("/design")
        assert answer.status_code in {200, 303}
        return answer.status_code == 200

    @property
    def session(self) -> str | None:
        """What the browser keeps of its session."""
        return self.client.cookies.get("counterfoil-session")


def leads_to(answer: httpx.Response) -> str:
    """Return where an answer leads: path and query."""
    assert answer.status_code == 303, answer.text
    parts = urlsplit(answer.headers["location"])
    assert not parts.netloc, answer.headers["location"]
    return parts.path + (f"?{parts.query}" if parts.query else "")
