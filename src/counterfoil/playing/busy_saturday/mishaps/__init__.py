"""What goes wrong in the play, one file an exception; each yields acts, and says beside each what should come of it."""

from __future__ import annotations

from collections.abc import Iterator

from counterfoil.playing.acts import Act
from counterfoil.playing.busy_saturday.calendar import Days
from counterfoil.playing.busy_saturday.mishaps.deliveries import deliveries
from counterfoil.playing.busy_saturday.mishaps.doubles import doubles
from counterfoil.playing.busy_saturday.mishaps.returns import returns
from counterfoil.playing.busy_saturday.mishaps.slips import slips
from counterfoil.playing.busy_saturday.mishaps.voids import voids


def mishaps(days: Days) -> Iterator[Act]:
    """Yield everything that goes wrong."""
    for kind in (doubles, voids, slips, deliveries, returns):
        yield from kind(days)
