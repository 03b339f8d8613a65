"""The cookies of the pages: one secret, of the session, and reminders that open nothing.

`__Host-` names need https; without it a name of its own keeps the two kinds apart. No script reads the secret, and no
other site's form carries it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from litestar import Request
from litestar.datastructures import Cookie

from counterfoil.ids import is_id
from counterfoil.languages import Language
from counterfoil.shop.sessions.model import Session
from counterfoil.shop.staff.model import Theme
from counterfoil.web.told import Told

_SESSION, _VISITOR, _LOOK, _PLACE, _TOLD = "session", "visitor", "look", "place", "told"
_SHORTLY_S = 60
_YEAR_S = 365 * 24 * 3600
_NOTHING = "-"
#: No id holds one, so it parts ids.
_BETWEEN = "~"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """In which language and colours a browser showed its pages last."""

    language: Language
    theme: Theme


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a browser was signed in last: what its next sign-in begins with."""

    merchant_id: str | None = None
    terminal_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cookies:
    """Reads and writes the cookies, in the way that the address of the pages allows."""

    is_https: bool

    def session(self, request: Request[Any, Any, Any]) -> str | None:
        """Return what the browser presents; nobody has looked at it yet."""
        found = request.cookies.get(self._name(_SESSION))
        return unquote(found) if found else None

    def begin(self, text: str, session: Session) -> Cookie:
        """Give a browser its session's secret, for as long as the session can live."""
        lives_s = int((session.expires_at - session.created_at).total_seconds())
        return self._cookie(_SESSION, text, max_age=lives_s)

    def end(self) -> Cookie:
        """Take it away."""
        return self._cookie(_SESSION, "", max_age=0)

    def visitor(self, request: Request[Any, Any, Any]) -> str | None:
        """Return the random text by which forms are told apart before anybody has signed in."""
        return request.cookies.get(self._name(_VISITOR))

    def keep_visitor(self, text: str) -> Cookie:
        """Give a browser such a text; it goes with the browser's window."""
        return self._cookie(_VISITOR, text, max_age=None)

    def look(self, request: Request[Any, Any, Any]) -> Look | None:
        """Return in which look the browser was last; None where it says nothing that we know."""
        language, _, theme = request.cookies.get(self._name(_LOOK), "").partition(".")
        if language in {*Language} and theme in {*Theme}:
            return Look(language=Language(language), theme=Theme(theme))
        return None

    def keep_look(self, look: Look) -> Cookie:
        """Remind the browser of its look, for pages before sign-in and pages of errors."""
        return self._cookie(_LOOK, f"{look.language}.{look.theme}", max_age=_YEAR_S)

    def place(self, request: Request[Any, Any, Any]) -> Place:
        """Return where the browser was signed in last."""
        merchant, _, terminal = unquote(request.cookies.get(self._name(_PLACE), "")).partition(_BETWEEN)
        return Place(
            merchant_id=merchant if is_id(merchant) else None, terminal_id=terminal if is_id(terminal) else None
        )

    def keep_place(self, place: Place) -> Cookie:
        """Remind the browser of it."""
        text = _BETWEEN.join((place.merchant_id or _NOTHING, place.terminal_id or _NOTHING))
        return self._cookie(_PLACE, text, max_age=_YEAR_S)

    def told(self, request: Request[Any, Any, Any]) -> Told | None:
        """Return what the next page has to say."""
        name = request.cookies.get(self._name(_TOLD), "")
        return Told(name) if name in {*Told} else None

    def tell(self, told: Told | None) -> Cookie:
        """Have the next page say something; None takes it back."""
        return self._cookie(_TOLD, told or "", max_age=_SHORTLY_S if told else 0)

    def _name(self, what: str) -> str:
        return f"{'__Host-' if self.is_https else ''}counterfoil-{what}"

    def _cookie(self, what: str, value: str, *, max_age: int | None) -> Cookie:
        return Cookie(
            key=self._name(what),
            value=quote(value, safe=_BETWEEN),
            max_age=max_age,
            path="/",
            secure=self.is_https,
            httponly=True,
            samesite="lax",
        )
