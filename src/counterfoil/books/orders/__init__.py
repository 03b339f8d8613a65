"""The orders book: what was sold, to whom it is owed, and how far it came."""
