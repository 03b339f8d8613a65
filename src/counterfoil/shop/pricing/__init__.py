"""Prices of a basket: lines in, priced lines out, exact to the minor unit."""
