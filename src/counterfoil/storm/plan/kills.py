"""Draws what is killed, and when, and when the acquirer hears nobody: a pure function of seed and number of sales.

When is told by purchases and not by seconds, so that a slower machine meets the same story.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from counterfoil.storm.plan.chance import Chance
from counterfoil.storm.plan.model import Kill, Outage, Victim

KILLS_MIN, KILLS_MAX = 4, 60
SALES_OF_A_KILL = 500
SALES_OF_AN_OUTAGE = 2_000
OUTAGES_MAX = 12
OUTAGE_MS_MIN, OUTAGE_MS_MAX = 300, 4_000

_VICTIMS = ((Victim.WEB, 9), (Victim.WORKER, 5), (Victim.POSTGRES, 4), (Victim.BACKEND, 2))
#: Every named moment on the way of a sale, and how often a process passes it in a thousand sales, at least.
_PASSED_PERMILLE: Mapping[str, int] = MappingProxyType(
    {
        "sale:committed": 400,
        "payment:intended": 130,
        "payment:sent": 130,
        "payment:recorded": 130,
        "reversal:intended": 4,
        "reversal:sent": 4,
    }
)
#: How often a process dies at each of them in the whole storm, at most.
_DEATHS_MIN, _DEATHS_MAX = 1, 4
SALES_OF_A_DEATH = 5_000
#: No process lives for more sales than about these: something else kills it first.
_PASSED_MAX = 3_000


def kills(seed: int, sales: int) -> tuple[Kill, ...]:
    """Return who dies when; every kind of victim at least once, except for the rarest in a short storm."""
    chance = Chance(seed=seed, of="kills")
    count = min(max(KILLS_MIN, sales // SALES_OF_A_KILL), KILLS_MAX)
    first = [Victim.WEB, Victim.POSTGRES, Victim.WORKER, Victim.WEB]
    drawn = [first[n] if n < len(first) else chance.one_of(_VICTIMS, f"victim {n}") for n in range(count)]
    step = sales // (count + 1)
    # Not at even distances: two of them may meet.
    return tuple(
        Kill(at=step * (n + 1) + chance.between(-step // 2, step // 2, f"when {n}"), victim=victim)
        for n, victim in enumerate(drawn)
    )


def outages(seed: int, sales: int) -> tuple[Outage, ...]:
    """Return when the acquirer hears nobody."""
    chance = Chance(seed=seed, of="outages")
    count = min(sales // SALES_OF_AN_OUTAGE, OUTAGES_MAX)
    return tuple(
        Outage(
            at=chance.below(max(sales, 1), f"when {n}"),
            milliseconds=chance.between(OUTAGE_MS_MIN, OUTAGE_MS_MAX, f"how long {n}"),
        )
        for n in range(count)
    )


def crash_points(seed: int, sales: int) -> str:
    """Return at which passings of each named moment a process dies, as `COUNTERFOIL_CRASH_AT` takes it."""
    chance = Chance(seed=seed, of="crash points")
    deaths = min(max(_DEATHS_MIN, sales // SALES_OF_A_DEATH), _DEATHS_MAX)
    planned = []
    for name, permille in _PASSED_PERMILLE.items():
        # A process that was killed begins to count anew, so the later deaths are near to the first ones.
        most = min(max(sales * permille // 1000 // 2, deaths), _PASSED_MAX * permille // 1000)
        planned += [f"{name}={chance.between(1, most, f'{name} {n}')}" for n in range(deaths)]
    return ",".join(sorted(set(planned)))
