"""The pages that the navigation leads to: for each role what it may open, and nothing that would answer no. Data.

A new page of the desk or the office is a line here, beside its route.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from counterfoil.languages import Text
from counterfoil.shop.sessions.model import Began
from counterfoil.shop.staff.model import EVERY_STORE, Verb
from counterfoil.web.visits import Who

#: Where somebody ends up to whom nothing is open.
WELCOME = "/welcome"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One entry of the navigation."""

    path: str
    title: Text
    #: A name of `parts/icons.html`.
    icon: str
    #: Who may do one of these sees it.
    verbs: tuple[Verb, ...]
    #: Its shortcut; both keys are shown in the list of shortcuts.
    keys: str
    by_pin: bool = False
    #: Only for who may do it at every store.
    is_of_all_stores: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """An audience and its entries."""

    title: Text
    places: tuple[Place, ...]


ROOMS: tuple[Room, ...] = (
    Room(
        title=Text(en="Till", zh="收银"),
        places=(
            Place(
                path="/till",
                title=Text(en="Till", zh="收银台"),
                icon="till",
                verbs=(Verb.SELL,),
                keys="g t",
                by_pin=True,
            ),
        ),
    ),
    Room(
        title=Text(en="Desk", zh="工作台"),
        places=(
            Place(
                path="/desk",
                title=Text(en="Cases", zh="个案"),
                icon="inbox",
                verbs=(Verb.WORK_CASES, Verb.READ_REPORTS),
                keys="g d",
            ),
        ),
    ),
    Room(
        title=Text(en="Office", zh="后台"),
        places=(
            Place(
                path="/office",
                title=Text(en="Overview", zh="概览"),
                icon="office",
                verbs=(Verb.READ_REPORTS,),
                keys="g o",
            ),
            Place(
                path="/office/overview",
                title=Text(en="Figures", zh="经营看板"),
                icon="chart",
                verbs=(Verb.READ_REPORTS,),
                keys="g f",
            ),
            Place(
                path="/office/items",
                title=Text(en="Items", zh="商品"),
                icon="tag",
                verbs=(Verb.MANAGE_CATALOGUE, Verb.COUNT_STOCK),
                keys="g i",
            ),
            Place(
                path="/office/bills",
                title=Text(en="Bills", zh="账单"),
                icon="bank",
                verbs=(Verb.RECONCILE,),
                keys="g b",
                is_of_all_stores=True,
            ),
            Place(
                path="/office/people",
                title=Text(en="People", zh="员工"),
                icon="people",
                verbs=(Verb.MANAGE_STAFF,),
                keys="g p",
            ),
            Place(
                path="/office/terminals",
                title=Text(en="Terminals", zh="收银机"),
                icon="till",
                verbs=(Verb.MANAGE_TERMINALS,),
                keys="g m",
            ),
            Place(
                path="/office/policy",
                title=Text(en="Policy", zh="政策"),
                icon="flag",
                verbs=(Verb.READ_REPORTS, Verb.SET_POLICY),
                keys="g y",
            ),
            Place(
                path="/office/journal",
                title=Text(en="Journal", zh="流水账"),
                icon="note",
                verbs=(Verb.READ_JOURNAL,),
                keys="g j",
            ),
            Place(
                path="/office/audits",
                title=Text(en="Audits of files", zh="文件审计"),
                icon="scales",
                verbs=(Verb.RECONCILE,),
                keys="g a",
            ),
        ),
    ),
)


def places_of(who: Who) -> Sequence[Room]:
    """Return the rooms that somebody may enter, each with the places that are open to them."""
    rooms = (Room(title=room.title, places=tuple(_open(room, who))) for room in ROOMS)
    return tuple(room for room in rooms if room.places)


def place_at(who: Who, address: str) -> str:
    """Return the path of the place that an address belongs to, the nearest one; nothing where it is in none."""
    path = address.split("?", 1)[0]
    paths = (place.path for room in places_of(who) for place in room.places)
    return max((one for one in paths if path == one or path.startswith(f"{one}/")), key=len, default="")


def home_of(who: Who) -> str:
    """Return where somebody begins: a till where they are at one, else the first place that is open to them."""
    places = [place for room in places_of(who) for place in room.places]
    if who.terminal is None:
        places.sort(key=lambda place: place.path == "/till")
    return places[0].path if places else WELCOME


def _open(room: Room, who: Who) -> Sequence[Place]:
    has_password = who.session.began_by is Began.PASSWORD
    return [
        place
        for place in room.places
        if (has_password or place.by_pin) and any(_may(who, verb, place) for verb in place.verbs)
    ]


def _may(who: Who, verb: Verb, place: Place) -> bool:
    return who.may(verb, EVERY_STORE) if place.is_of_all_stores else who.may_somewhere(verb)
