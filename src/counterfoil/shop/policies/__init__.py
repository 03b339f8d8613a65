"""The policy of the shop, by versions: what holds, since when, and who decided it."""
