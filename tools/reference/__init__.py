"""Writes the pages of docs/reference that the code itself can tell; `make docs` runs it."""
