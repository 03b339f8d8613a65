"""Counterfoil: a point-of-sale system in which every sale reaches one known end, and each book can prove it."""

__version__ = "0.1.0"
