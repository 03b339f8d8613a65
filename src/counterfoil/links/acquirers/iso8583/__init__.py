"""A card host that speaks ISO 8583 over TCP, behind the port of the payments book.

The only way in is `Iso8583Acquirer`; another host is another `Profile`, not other code. No card number, PIN block or
chip data outlives the call that it came with: nothing here logs, keeps or repeats one.
"""

from __future__ import annotations

from counterfoil.links.acquirers.iso8583.acquirer import Address, Iso8583Acquirer
from counterfoil.links.acquirers.iso8583.profile import SIMULATED_HOST, Account, Header, Numbers, Profile

__all__ = ["SIMULATED_HOST", "Account", "Address", "Header", "Iso8583Acquirer", "Numbers", "Profile"]
