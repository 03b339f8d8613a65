"""Convention 7: several rows of the acquirer's book that tell of one event become one.

It never looks at our own book.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable
from datetime import timedelta

from .shelf import Fact

#: From best to least.
SOURCES = ("settlement", "bill", "inquiry", "webhook")


def fold(records: list[Fact], window: timedelta) -> list[Fact]:
    """Return one fact per event, for records of every kind but fees and chargebacks."""
    groups: dict[Hashable, list[Fact]] = defaultdict(list)
    for record in records:
        if record.kind not in {"fee", "chargeback"}:
            about = (record.acquirer, record.kind, record.currency)
            groups[about].append(_copy(record, source=record.source or "bill"))
    return [event for rows in groups.values() for event in _fold_group(rows, window)]


def _fold_group(rows: list[Fact], window: timedelta) -> list[Fact]:
    events: list[Fact] = []
    for source in SOURCES:
        fresh = [row for row in rows if row.source == source]
        if source != "bill":
            fresh = _fold_repeats(fresh, window)
        events = _join(events, fresh, window)
    return events


def _fold_repeats(rows: list[Fact], window: timedelta) -> list[Fact]:
    """Rows of one source that were sent again: the earliest gives the id, the latest the rest."""
    alike: dict[Hashable, list[Fact]] = defaultdict(list)
    for row in sorted(rows, key=_by_time):
        named = row.acquirer_reference is not None or row.our_reference is not None
        alike[(row.acquirer_reference, row.our_reference, row.amount_minor) if named else row].append(row)
    folded: list[Fact] = []
    for repeats in alike.values():
        first = last = repeats[0]
        for row in repeats[1:]:
            if row.occurred_at - last.occurred_at > window:
                folded.append(_copy(last, record_id=first.record_id))
                first = row
            last = row
        folded.append(_copy(last, record_id=first.record_id))
    return folded


def _join(events: list[Fact], rows: list[Fact], window: timedelta) -> list[Fact]:
    """Lay the rows of the next source to the events so far: first equal amount and reference, then by time."""
    joined, free, left = [], events, rows
    for fits in (_alike, _is_one_event):
        pairs, free, left = _pairs(free, left, window, fits)
        joined += [_fill(event, row) for event, row in pairs]
    return joined + free + left


def _is_one_event(event: Fact, row: Fact) -> bool:
    """Both carry the same number; or one of them carries none, and our reference and the amount are the same."""
    if None in {event.acquirer_reference, row.acquirer_reference}:
        return row.our_reference is not None and _agree(event, row)
    return bool(event.acquirer_reference == row.acquirer_reference) and _not_at_odds(event, row)


def _alike(event: Fact, row: Fact) -> bool:
    return _is_one_event(event, row) and _agree(event, row)


def _agree(event: Fact, row: Fact) -> bool:
    return bool(event.amount_minor == row.amount_minor and event.our_reference == row.our_reference)


def _not_at_odds(event: Fact, row: Fact) -> bool:
    return event.our_reference is None or row.our_reference is None or event.our_reference == row.our_reference


def _pairs(
    events: list[Fact], rows: list[Fact], window: timedelta, fits: Callable[[Fact, Fact], bool]
) -> tuple[list[tuple[Fact, Fact]], list[Fact], list[Fact]]:
    """Pair the nearest in time first; each event and each row once."""
    near = sorted(
        (
            (abs(event.occurred_at - row.occurred_at), *_by_time(event), *_by_time(row), event, row)
            for event in events
            for row in rows
            if fits(event, row) and (event.source == "settlement" or abs(event.occurred_at - row.occurred_at) <= window)
        ),
        key=lambda pair: pair[:5],
    )
    taken: set[Fact] = set()
    pairs = []
    for *_, event, row in near:
        if event not in taken and row not in taken:
            taken |= {event, row}
            pairs.append((event, row))
    return pairs, [e for e in events if e not in taken], [r for r in rows if r not in taken]


def _fill(event: Fact, row: Fact) -> Fact:
    """What the better source lacks comes from the next."""
    return Fact({name: row.__dict__[name] if value is None else value for name, value in event.__dict__.items()})


def _copy(record: Fact, **changed: object) -> Fact:
    return Fact(record.__dict__ | changed)


def _by_time(record: Fact) -> tuple[object, str]:
    return record.occurred_at, record.record_id
