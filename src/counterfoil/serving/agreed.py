"""What the process that watches and those that it watches over agree on; loads nothing."""

from __future__ import annotations

#: Connections that wait to be taken; the kernel cuts it to what it allows.
BACKLOG = 1024

#: A process that ends so cannot serve with these settings: another start would end the same way.
EXIT_BAD_INPUT = 2
