"""Measures how long it takes to try another policy on a month of a large shop."""
