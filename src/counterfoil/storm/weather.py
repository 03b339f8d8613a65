"""How bad a storm is at the acquirer, from one number: the rate at which messages meet a fault on their way.

The faults keep the shares that they have in the preset `storm` (docs/reference/fault-model.md); it draws nothing.
"""

from __future__ import annotations

from counterfoil.storm.acquirer.fates import Faults, Path, Whim

#: Above this, more goes wrong than right, and nothing is rehearsed any more.
RATE_MAX = 0.3
#: How long after everybody's patience has ended what is late comes, and how wrong the acquirer's clock may be.
LATE_MS = 4_000
SLOW_MS = 400
SKEW_S = 90
_PRESET = "storm"
#: A host declines and forgets bills whether or not its lines are bad.
_KEPT = frozenset({Whim.DECLINE, Whim.BILL_LATE, Whim.BILL_TWICE})
#: The bill of a day that is never written would hide what only a bill can tell; a storm has one day.
_LEFT_OUT = frozenset({Whim.BILL_MISSING})
_WHOLE = 10_000


def faults_at(rate: float, *, seed: int) -> str:
    """Return the faults of the simulated acquirer at a rate from 0 to RATE_MAX, as it takes them."""
    preset = Faults.parse(_PRESET, seed).rates
    whole = sum(preset.get(path, 0) for path in Path)
    parts = [f"{path}={round(preset.get(path, 0) * rate * _WHOLE / whole)}" for path in Path]
    for whim in Whim:
        if whim in _LEFT_OUT or rate == 0:
            continue
        share = 1.0 if whim in _KEPT else min(rate * _WHOLE / whole, 1.0)
        parts.append(f"{whim}={round(preset.get(whim, 0) * share)}")
    return ",".join([*parts, f"late_ms={LATE_MS}", f"slow_ms={SLOW_MS}", f"skew_s={SKEW_S if rate else 0}"])
