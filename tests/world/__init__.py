"""The simulated town: what it promises of its books, its truth, its files."""
