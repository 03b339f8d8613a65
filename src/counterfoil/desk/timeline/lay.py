"""Lays the rows of the five books out as one timeline. Pure: rows and findings in, moments out.

Nobody can be found by what is shown: no customer's key, of a card its tail alone, and numbers and addresses that
somebody typed into a text are masked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from typing import Any

from counterfoil.answer_words import meaning_of
from counterfoil.desk.timeline import words
from counterfoil.desk.timeline.model import Books, Detail, Lane, Moment, Row, Timeline, Tone
from counterfoil.desk.timeline.twins import twins_of
from counterfoil.languages import Text

MASK = "•••"
_NUMBER_OR_ADDRESS = re.compile(r"[+]?[0-9]{7,}|[0-9]{3,}(?:[ -][0-9]{3,}){2,}|[^\s@]+@[^\s@]+")
_PROSE = frozenset({"fault", "reason", "place", "detail", "because"})
_TAIL_LENGTH = 4

_OF_ORDERS = ("terminal_id", "operator_id")
_OF_PAYMENTS = ("tender", "acquirer", "instrument_tail", "authoriser_id", "reason", "stan", "rrn", "approval_code")
_OF_RECORDS = ("acquirer", "acquirer_reference", "our_reference", "rrn", "approval_code", "terminal_id", "source")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a timeline has to know of a finding that stands."""

    diagnosis: str
    subject: str
    other_subject: str | None
    #: Rows of the books: table, id, and of files file and line.
    evidence: Sequence[Mapping[str, Any]]


def timeline_of(books: Books, findings: Sequence[Finding]) -> Timeline:
    """Return what the books say, in the order of time; what findings point at is marked, what they miss is a gap."""
    pointed = {(str(row.get("table")), str(row.get("id"))): row for one in findings for row in one.evidence}
    moments = [
        _marked(moment, table, str(row_id), pointed) if place == 0 else moment
        for table, row_id, found in _told(books)
        for place, moment in enumerate(_collapsed(found))
    ]
    gaps = {one.diagnosis: words.GAPS[one.diagnosis] for one in findings if one.diagnosis in words.GAPS}
    return Timeline(
        moments=sorted(moments, key=_in_time),
        gaps=list(dict.fromkeys(gaps.values())),
        twins=next(
            (twins for twins in (twins_of(books, one.subject, one.other_subject) for one in findings) if twins), None
        ),
        is_cut=books.is_cut,
    )


_ORDER = {lane: place for place, lane in enumerate(Lane)}


def _in_time(moment: Moment) -> tuple[bool, float, int]:
    return moment.at is None, moment.at.timestamp() if moment.at is not None else 0.0, _ORDER[moment.lane]


def _told(books: Books) -> Iterator[tuple[str, str, Iterable[Moment]]]:
    """Yield each row with its moments: table, id, moments."""
    facts = _facts_by_subject(books)
    for row in books.rows("orders"):
        yield "orders", row["order_id"], _order(row, facts.get(f"order:{row['order_id']}", ()))
    for row in books.rows("payments"):
        yield "payments", row["payment_id"], _payment(row, facts.get(f"payment:{row['payment_id']}", ()))
    for row in books.rows("acquirer_records"):
        yield "acquirer_records", row["record_id"], _record(row)
    for row in books.rows("slips"):
        yield "slips", row["slip_id"], _slip(row)
    for row in books.rows("notices"):
        yield "notices", row["notice_id"], _notice(row)
    for row in books.rows("parcels"):
        yield "parcels", row["parcel_id"], _times(row, f"parcel:{row['parcel_id']}", Lane.DELIVERIES, words.PARCELS)
    for row in books.rows("tracking_events"):
        yield "tracking_events", row["parcel_id"], _tracking(row)
    for row in books.rows("returns"):
        subject = f"return:{row['return_id']}"
        moments = _times(row, subject, Lane.RETURNS, words.RETURNS)
        yield "returns", row["return_id"], chain(moments, _ties(subject, Lane.RETURNS, facts.get(subject, ())))
    for row in books.rows("terminal_events"):
        yield "terminal_events", row["terminal_id"], _terminal(row)


def _facts_by_subject(books: Books) -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for fact in books.rows("journal"):
        found.setdefault(fact["subject"], []).append(fact)
    return found


def _ties(subject: str, lane: Lane, facts: Iterable[Row]) -> Iterator[Moment]:
    """Yield what people said of a row in cases, and took back."""
    for fact in facts:
        if fact["tag"] in words.TIES:
            said = {"order_id": fact["body"]["order_id"], "said_by": fact["actor_id"]}
            yield Moment(
                lane=lane,
                at=fact["occurred_at"],
                what=words.TIES[fact["tag"]],
                subject=subject,
                details=_details(said, ("order_id", "said_by")),
            )


def _order(row: Row, facts: Sequence[Row]) -> Iterator[Moment]:
    subject = f"order:{row['order_id']}"
    placed = Moment(
        lane=Lane.ORDERS,
        at=row["placed_at"],
        what=words.PLACED,
        subject=subject,
        amount_minor=row["total_minor"],
        currency=row["currency"],
        details=_details(row, _OF_ORDERS),
    )
    yield placed
    for fact in facts:
        if "rebuilt_from" in fact["body"]:
            record = Detail(label=words.LABELS["source"], value=words.said("source", str(fact["body"]["rebuilt_from"])))
            yield replace(placed, at=fact["occurred_at"], what=words.REBUILT, details=(record,))
    yield from _ties(subject, Lane.ORDERS, facts)
    what, tone = words.ORDERS[row["state"]]
    if row["closed_at"] is not None:
        yield replace(placed, at=row["closed_at"], what=what, tone=tone, details=())
    elif row["state"] == "open":
        yield replace(placed, at=None, what=what, tone=tone, details=())


def _payment(row: Row, facts: Sequence[Row]) -> Iterator[Moment]:
    begun = Moment(
        lane=Lane.PAYMENTS,
        at=row["occurred_at"],
        what=words.INTENDED[row["kind"]],
        subject=f"payment:{row['payment_id']}",
        amount_minor=row["amount_minor"],
        currency=row["currency"],
        details=_details(row, _OF_PAYMENTS),
    )
    yield begun
    heard = [fact for fact in facts if fact["tag"].rsplit(":", 1)[-1] in words.PAYMENTS and "because" in fact["body"]]
    for fact in heard:
        what, tone = words.PAYMENTS[fact["tag"].rsplit(":", 1)[-1]]
        yield replace(begun, at=fact["occurred_at"], what=what, tone=tone, details=_heard(fact["body"], row["kind"]))
    if not heard:
        what, tone = words.PAYMENTS[row["state"]]
        yield replace(begun, at=row["decided_at"] or row["occurred_at"], what=what, tone=tone, details=())


def _heard(body: Row, kind: str) -> tuple[Detail, ...]:
    """Return what an answer said: the acquirer's code, or else our word for its no, and what can be done about it."""
    details = _details(body, ("source", "response_code" if body.get("response_code") else "decline", "because"))
    meaning = meaning_of(body.get("response_code"), body.get("decline")) if body.get("decline") else None
    advice = meaning.advice_on(kind) if meaning is not None else None
    return (*details, Detail(label=words.LABELS["advice"], value=advice)) if advice is not None else details


def _record(row: Row) -> Iterator[Moment]:
    yield Moment(
        lane=Lane.PAYMENTS,
        at=row["occurred_at"],
        what=words.RECORDS[row["kind"]],
        tone=words.RECORD_TONES[row["state"]],
        subject=f"acquirer_record:{row['record_id']}",
        amount_minor=row["amount_minor"],
        currency=row["currency"],
        details=_details(row, _OF_RECORDS),
        file=row.get("file_name"),
    )


def _slip(row: Row) -> Iterator[Moment]:
    what, tone = words.SLIPS[row["state"]]
    yield Moment(
        lane=Lane.SLIPS,
        at=row["occurred_at"],
        what=what,
        tone=tone,
        subject=f"slip:{row['slip_id']}",
        amount_minor=row["amount_minor"],
        currency=row["currency"],
        details=_details(row, ("terminal_id", "fault")),
    )


def _notice(row: Row) -> Iterator[Moment]:
    yield Moment(
        lane=Lane.SLIPS,
        at=row["occurred_at"],
        what=words.NOTICES[row["says"]],
        tone=Tone.BAD if row["state"] == "failed" else Tone.PLAIN,
        subject=f"notice:{row['notice_id']}",
        amount_minor=row["amount_minor"],
        currency=row["currency"],
        details=_details(row, ("origin", "channel", "state")),
    )


def _times(row: Row, subject: str, lane: Lane, told: Mapping[str, tuple[Text, Tone]]) -> Iterator[Moment]:
    """Yield a moment for each time that a row has."""
    for place, (name, (what, tone)) in enumerate((name, said) for name, said in told.items() if row[name] is not None):
        yield Moment(
            lane=lane,
            at=row[name],
            what=what,
            tone=tone,
            subject=subject,
            amount_minor=row.get("amount_minor") if place == 0 else None,
            currency=row.get("currency"),
            details=_details(row, ("carrier", "tracking_number", "dispute", "operator_id", "reason"))
            if place == 0
            else (),
        )


def _tracking(row: Row) -> Iterator[Moment]:
    what, tone = words.TRACKING[row["status"]]
    yield Moment(
        lane=Lane.DELIVERIES,
        at=row["occurred_at"],
        what=what,
        tone=tone,
        subject=f"parcel:{row['parcel_id']}",
        details=_details(row, ("place", "reason")),
    )


def _terminal(row: Row) -> Iterator[Moment]:
    is_well = row["value"] in words.TERMINAL_IS_WELL or row["kind"] in {"software", "clock"}
    yield Moment(
        lane=Lane.AROUND,
        at=row["occurred_at"],
        what=words.TERMINALS[row["kind"]],
        tone=Tone.PLAIN if is_well else Tone.BAD,
        subject=f"terminal:{row['terminal_id']}",
        details=(
            Detail(label=words.LABELS["state"], value=words.said("value", row["value"])),
            *_details(row, ("detail",)),
        ),
    )


def _details(row: Row, names: Iterable[str]) -> tuple[Detail, ...]:
    return tuple(
        Detail(label=words.LABELS[name], value=words.said(name, _shown(name, str(row[name]))), column=name)
        for name in names
        if row.get(name) not in {None, ""}
    )


def _shown(name: str, value: str) -> str:
    if name == "instrument_tail":
        return value[-_TAIL_LENGTH:]
    return _NUMBER_OR_ADDRESS.sub(MASK, value) if name in _PROSE else value


def _collapsed(moments: Iterable[Moment]) -> list[Moment]:
    """Put what happened several times in a row into one: a ladder may ask for a day."""
    found: list[Moment] = []
    for moment in moments:
        last = found[-1] if found else None
        if last is not None and moment.what == last.what and _rest(moment) == _rest(last):
            found[-1] = replace(last, times_n=last.times_n + 1)
        else:
            found.append(moment)
    return found


def _rest(moment: Moment) -> tuple[object, ...]:
    return moment.subject, moment.tone, moment.details


def _marked(moment: Moment, table: str, row_id: str, pointed: Mapping[tuple[str, str], Mapping[str, Any]]) -> Moment:
    """Mark a moment whose row a finding points at, with the file and the line that it came from."""
    row = pointed.get((table, row_id))
    if row is None:
        return moment
    file, line = row.get("file"), row.get("line")
    return replace(
        moment,
        is_evidence=True,
        file=str(file) if file else moment.file,
        line=int(line) if isinstance(line, int) else None,
    )


def first_moment(timeline: Timeline) -> datetime | None:
    """Return when a story begins; None where nothing in it has a time."""
    return next((moment.at for moment in timeline.moments if moment.at is not None), None)
