"""The reference page of every address of the pages, and of who may use it: made from what the routes declare."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from counterfoil.shop.staff.model import Role
from counterfoil.shop.staff.roles import MATRIX
from counterfoil.web.access import Access, Kind, access_of
from counterfoil.web.routes import page_routes


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One method at one address."""

    method: str
    path: str
    access: Access

    def is_for(self, role: Role) -> bool:
        """Say whether somebody with this role alone gets through; at which store is another question."""
        if self.access.kind is not Kind.VERBS:
            return True
        return any(role in MATRIX[verb].roles for verb in self.access.verbs)


def routes() -> list[Route]:
    """Return every route of the pages, by address and method."""
    found = [
        Route(method=method, path=route.path_format, access=access_of(handler))
        for route in page_routes().routes
        for handler in getattr(route, "route_handlers", ())
        for method in handler.http_methods
        if method not in {"HEAD", "OPTIONS"}
    ]
    return sorted(found, key=lambda route: (route.path, route.method))


def pages_reference() -> str:
    """Return the page as Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Pages · 页面地址"
    yield ""
    yield "Every address, and which role gets through to it: ● yes. At which stores is the grant's own question. *All*:"
    yield "also whoever has not signed in. Where PIN stands, a session that began by PIN, at a till, is"
    yield "enough; elsewhere it has to have begun by password."
    yield ""
    yield "每个地址及可以使用它的角色：● 表示可以；适用门店由授权决定。“*All*” 表示无需登录。"
    yield "标 PIN 处，用 PIN 开始的收银台会话即可；其余须用密码登录。"
    yield ""
    yield f"| method | address | PIN | {' | '.join(f'`{role}`' for role in Role)} |"
    yield f"|---|---|---|{'---|' * len(Role)}"
    for route in routes():
        is_open = route.access.kind is Kind.EVERYBODY
        marks = ["*All*"] * len(Role) if is_open else ["●" if route.is_for(role) else "" for role in Role]
        by_pin = "PIN" if route.access.by_pin else ""
        yield f"| {route.method} | `{route.path}` | {by_pin} | {' | '.join(marks)} |"
