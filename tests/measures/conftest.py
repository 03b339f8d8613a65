"""A shop whose numbers are told."""

from __future__ import annotations

from tests.counter.counters import counter as counter
from tests.counter.counters import town as town
