"""The overview: what the shop's day looks like from above; it reads, and never writes."""
