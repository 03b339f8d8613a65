"""`/office/journal`: who did what when, and how far the chain over it was signed. Nothing is changed here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from litestar import Controller, Request, Response, get

from counterfoil.ids import TerminalId
from counterfoil.journal import store as journal
from counterfoil.journal.standing import standing
from counterfoil.shop.catalogue.store import names_of
from counterfoil.shop.merchants import store as merchants
from counterfoil.shop.merchants.model import Terminal
from counterfoil.shop.staff import store as staff
from counterfoil.shop.staff.model import Verb
from counterfoil.web import showing
from counterfoil.web.access import needs
from counterfoil.web.faces import Faces, faces_of
from counterfoil.web.office.journal_details import Detail, details_of
from counterfoil.web.office.journal_filters import PATH, Filters, filters_of
from counterfoil.web.office.journal_words import CHIPS, NOUNS, STANDINGS, said_of
from counterfoil.web.visits import Visit, Who, visit_of

_ITEM, _STAFF, _STORE, _TERMINAL = "item:", "staff:", "store:", "terminal:"
#: Pages of subjects that have one, by noun.
_PAGES: Mapping[str, str] = {"case": "/desk/cases/"}


class JournalController(Controller):
    """The journal."""

    path = PATH
    include_in_schema = False

    @get("/", opt=needs(Verb.READ_JOURNAL))
    async def journal(self, request: Request[Any, Any, Any]) -> Response[str]:
        """Show the facts that somebody may read, as the address says."""
        faces, visit = faces_of(request), visit_of(request)
        given = {name: request.query_params[name] for name in request.query_params}
        return await faces.asked(_journal, faces, visit, filters_of(given))


def _journal(faces: Faces, visit: Visit, filters: Filters) -> Response[str]:
    who = visit.known
    sealer = faces.house.sealer
    with faces.reading(visit) as connection:
        terminals = merchants.terminals(connection, who.merchant_id)
        wanted = filters.wanted(zone=visit.zone, terminal_ids=terminals_of(who, terminals))
        leaf = journal.leaf(connection, who.merchant_id, wanted)
        checkpoints = None if sealer is None else sealer.checkpoints
        stands = standing(connection, who.merchant_id, checkpoints, now=visit.now)
        people = staff.people(connection, who.merchant_id)
        skus = {entry.subject.removeprefix(_ITEM) for entry in leaf.entries if entry.subject.startswith(_ITEM)}
        items = names_of(connection, who.merchant_id, skus)
    names: dict[str, str] = {person.staff_id: person.name for person in people}

    def details(body: Mapping[str, Any]) -> Sequence[Detail]:
        return details_of(body, currency=who.merchant.currency, people=names)

    return faces.page(
        visit,
        "office/journal.html",
        filters=filters,
        chips=_chips(filters, names, visit),
        leaf=leaf,
        older=None if leaf.next is None else filters.address(after=leaf.next.token),
        names=names,
        terminal_names={terminal.terminal_id: terminal.name for terminal in terminals},
        noun_choices=[(noun, text.to(visit.language)) for noun, text in NOUNS.items()],
        person_choices=sorted(names.items(), key=lambda named: named[1]),
        said_of=said_of,
        details_of=details,
        page_of=page_of,
        called={
            **{f"{_ITEM}{sku}": named.to(visit.language) for sku, named in items.items()},
            **{f"{_STAFF}{staff_id}": name for staff_id, name in names.items()},
            **{f"{_STORE}{store.store_id}": store.name for store in who.stores},
            **{f"{_TERMINAL}{terminal.terminal_id}": terminal.name for terminal in terminals},
        },
        stands=stands,
        standings=STANDINGS,
    )


def terminals_of(who: Who, terminals: tuple[Terminal, ...]) -> frozenset[TerminalId] | None:
    """Return at which terminals somebody may read facts; None: everywhere, and what happened at none.

    A fact names its terminal and no store, so whoever reads one store's journal reads that of its terminals.
    """
    if who.sees_all(Verb.READ_JOURNAL):
        return None
    stores = who.stores_for(Verb.READ_JOURNAL)
    return frozenset(terminal.terminal_id for terminal in terminals if terminal.store_id in stores)


def page_of(subject: str) -> str | None:
    """Return the page of what a fact is about; None where it has none."""
    noun, _, row_id = subject.partition(":")
    return _PAGES[noun] + row_id if noun in _PAGES else None


def _chips(filters: Filters, names: Mapping[str, str], visit: Visit) -> list[tuple[str, str]]:
    """Return what is filtered for, in words, each with the address without it."""
    chips = []
    for name in filters.chosen():
        value = getattr(filters, name)
        if name == "kind":
            value = NOUNS[value].to(visit.language)
        if name == "person":
            value = names.get(value, value)
        if name == "day":
            value = showing.day(date.fromisoformat(value), visit.language)
        chips.append((CHIPS[name].to(visit.language, what=value), filters.address(**{name: ""})))
    return chips
