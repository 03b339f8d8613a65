"""The page of the state machines and the ladders: drawn from the tables, with what the code says of each state."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from enum import StrEnum
from types import ModuleType
from typing import Any

from counterfoil.books.orders import states as orders
from counterfoil.books.payments import ladders, model
from counterfoil.books.payments import states as payments
from counterfoil.books.payments.model import Kind, Standing
from counterfoil.books.slips import states as slips

_MEMBER = re.compile(r'^\s+[A-Z_]+ = "(?P<value>\w+)"\s+#: (?P<said>.+)$', re.MULTILINE)
_SECONDS = {86_400: "d", 3_600: "h", 60: "min", 1: "s"}


def states_lines() -> Iterator[str]:
    """Yield the page."""
    yield "# States"
    yield ""
    yield "The diagrams are drawn from the tables that the program moves by; there is no other way from one state to"
    yield "another. Each pair of state and event that is not in a table raises, and changes nothing."
    yield from _machine("Payments", payments, payments.State, payments.Event, payments.TRANSITIONS)
    yield ""
    yield "How an approved sale stands, which is what its undo payments make of it:"
    yield from _meanings("standing", model, Standing)
    yield from _machine("Orders", orders, orders.State, orders.Event, orders.TRANSITIONS)
    yield from _machine("Slips", slips, slips.State, slips.Event, slips.TRANSITIONS)
    yield from _ladders()


def _machine(
    title: str,
    module: ModuleType,
    states: type[StrEnum],
    events: type[StrEnum],
    transitions: Mapping[Any, StrEnum],
) -> Iterator[str]:
    yield ""
    yield f"## {title}"
    yield ""
    yield from inspect.cleandoc(module.__doc__ or "").partition("\n\n")[2].splitlines()
    yield ""
    yield "```mermaid"
    yield "stateDiagram-v2"
    yield f"    [*] --> {next(iter(states))}"
    for (state, event), to in transitions.items():
        yield f"    {state} --> {to}: {event}"
    yield "```"
    yield from _meanings("state", module, states)
    yield from _meanings("event", module, events)


def _meanings(head: str, module: ModuleType, words: type[StrEnum]) -> Iterator[str]:
    """Yield what the code says beside each member of an enumeration."""
    source = inspect.getsource(getattr(module, words.__name__))
    said = {found["value"]: found["said"] for found in _MEMBER.finditer(source)}
    yield ""
    yield f"| {head} | meaning |"
    yield "|---|---|"
    for word in words:
        yield f"| `{word}` | {said[word]} |"


def _ladders() -> Iterator[str]:
    yield ""
    yield "## Ladders"
    yield ""
    yield "What is done about an unknown outcome, rung by rung; past the last one a finding is open for a person, and"
    yield "the acquirer's bill decides. Where the numbers come from: [channels](channels.md)."
    for channel in ladders.LADDERS:
        yield ""
        yield f"### {channel}"
        yield ""
        yield "| of a | rung | not before | every | at most |"
        yield "|---|---|---|---|---|"
        for kind in Kind:
            for rung in ladders.ladder_for(channel, kind).rungs:
                once = rung.act is ladders.Act.WAIT_FOR_BILL
                every, most = ("", "") if once else (_span(rung.every), str(rung.tries_max))
                yield f"| {kind} | `{rung.act}` | {_span(rung.not_before)} | {every} | {most} |"


def _span(span: timedelta) -> str:
    """Return a span of time in the largest unit that leaves no rest."""
    seconds = int(span.total_seconds())
    for size, unit in _SECONDS.items():
        if seconds and seconds % size == 0:
            return f"{seconds // size} {unit}"
    return ""
