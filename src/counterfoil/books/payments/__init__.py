"""The payments book: every movement of money that we meant to make, and what became of it."""
