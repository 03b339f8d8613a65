"""Intake: files in, a shelf of clean books out, and every row that took no part told with its reason.

`taking.take_in` is the door; `shelf.Shelf` is the result. What this package must never do: drop a row in silence,
half-read a file, or show a personal value.
"""
