"""Cases at a browser: the page of a case as somebody reads it, and the forms that stand on it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser

import httpx

from counterfoil.desk.cases.model import CaseId
from tests.counter.till import Counter
from tests.web.shop import Visitor


@dataclass(slots=True)
class Form:
    """One form of a page: where it goes, and what it sends if nobody types anything."""

    action: str
    fields: dict[str, str]


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "form":
            self.forms.append(Form(action=told.get("action") or "", fields={}))
        elif tag == "input" and self.forms and told.get("type") == "hidden":
            self.forms[-1].fields[told.get("name") or ""] = told.get("value") or ""
        elif tag == "button" and self.forms and told.get("formaction"):
            # The same form, sent to another place by this button.
            self.forms.append(Form(action=told["formaction"] or "", fields=self.forms[-1].fields))


def forms_of(page: httpx.Response) -> list[Form]:
    """Return the forms of a page."""
    parser = _Forms()
    parser.feed(page.text)
    return parser.forms


def form_on(page: httpx.Response, ending: str) -> Form:
    """Return the form of a page that goes to an address with this ending."""
    found = [form for form in forms_of(page) if form.action.endswith(ending)]
    assert found, [form.action for form in forms_of(page)]
    return found[0]


def case_page(visitor: Visitor, case_id: str) -> httpx.Response:
    """Open the page of a case."""
    page = visitor.get(f"/desk/cases/{case_id}")
    assert page.status_code == 200, page.text
    return page


def press(visitor: Visitor, case_id: CaseId, ending: str, **typed: str) -> httpx.Response:
    """Press a button on the page of a case as it is now."""
    return send(visitor, form_on(case_page(visitor, case_id), ending), **typed)


def send(visitor: Visitor, form: Form, **typed: str) -> httpx.Response:
    """Send a form that was read before."""
    return visitor.client.post(form.action, data={**form.fields, **typed}, follow_redirects=False)


def read(page: httpx.Response) -> str:
    """Return what somebody reads on a page: its words, without marks and blanks around them."""
    text = re.sub(r"<script.*?</script>|<svg.*?</svg>|<[^>]+>", " ", page.text, flags=re.DOTALL)
    return " ".join(re.sub("[\u2068\u2069]", "", text).split())


def state_of(counter: Counter, case_id: str) -> str:
    """Return the state of a case."""
    return str(counter.value("SELECT state FROM cases WHERE case_id = :id", id=case_id))
