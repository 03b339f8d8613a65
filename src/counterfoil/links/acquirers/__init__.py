"""Acquirers: one folder a channel, each an `Acquirer` of the payments book. This file imports none of them."""
