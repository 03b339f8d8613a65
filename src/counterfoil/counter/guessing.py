"""How many guesses are taken from one place, and at one name: of one process, beside the lock of each person.

A place is the address that a password comes from, or the till at which somebody takes over by PIN. The two are counted
apart: a wrong password, which anybody may type anywhere, keeps nobody from their PIN.

A shop's people share an address, and all of them sign in of a morning: what turns out right was no guess, and is not
counted as one. Wrong ones count together whoever they are for, so that one password tried at every name comes to the
same end as many tried at one. Every comparison is slow on purpose; how many are made at all has a limit of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import IPv6Address, IPv6Network, ip_address

from counterfoil.counter.pace import Pace

#: Wrong ones of one address, whoever they are for.
WRONG_OF_ADDRESS = 30
#: Wrong ones at one name, whether or not anybody is called so.
WRONG_OF_NAME = 10
#: Right or wrong, of one address; forty tills that change hands every minute need a third of it.
COMPARED_OF_ADDRESS = 600
GUESSES_EVERY = timedelta(minutes=5)
#: Of an address of IPv6: what is the same in all addresses of one subscriber.
SUBSCRIBER_BITS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Guesses:
    """Counts guesses before they are compared, so that those which come at once count, too."""

    _wrong_of_address: Pace = field(default_factory=lambda: Pace(most=WRONG_OF_ADDRESS, every=GUESSES_EVERY))
    _wrong_of_name: Pace = field(default_factory=lambda: Pace(most=WRONG_OF_NAME, every=GUESSES_EVERY))
    _compared: Pace = field(default_factory=lambda: Pace(most=COMPARED_OF_ADDRESS, every=GUESSES_EVERY))

    def allow(self, address: str, name: str, now: datetime) -> bool:
        """Count a guess as a wrong one; False where it is one too many, which is neither compared nor counted."""
        # The name comes last: whoever is held up anyway could make up so many that others are forgotten for them.
        whose = _whose(address)
        if not self._wrong_of_address.allows(whose, now):
            return False
        if not self._compared.allows(whose, now):
            self._wrong_of_address.forgives(whose)
            return False
        if not self._wrong_of_name.allows(name, now):
            self._wrong_of_address.forgives(whose)
            self._compared.forgives(whose)
            return False
        return True

    def was_right(self, address: str, name: str) -> None:
        """Take back one guess that turned out right, or that was none; others stay counted."""
        self._wrong_of_address.forgives(_whose(address))
        self._wrong_of_name.forgives(name)


def _whose(address: str) -> str:
    """Return the network of an address of IPv6, for every subscriber has 2**64 of them (RFC 6177); else the address."""
    try:
        read = ip_address(address)
    except ValueError:
        return address
    if isinstance(read, IPv6Address):
        return str(read.ipv4_mapped or IPv6Network((read, SUBSCRIBER_BITS), strict=False))
    return str(read)
