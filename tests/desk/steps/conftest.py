"""Every test here has a counter that sells, and people who work on its cases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from counterfoil.db.engine import Database
from counterfoil.ids import MerchantId, new_id
from tests.counter.counters import town as town
from tests.counter.shop import OPENING
from tests.counter.till import Counter, counter_over
from tests.desk.steps.shop import hire


@pytest.fixture
def counter(town: Database) -> Iterator[Counter]:
    """An open shop with people who work on cases."""
    opened = counter_over(town, MerchantId(new_id(OPENING)))
    hire(opened)
    yield opened
    opened.close()
