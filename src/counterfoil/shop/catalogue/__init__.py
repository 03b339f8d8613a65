"""The catalogue: items, the codes on them, taxes and price lists."""
