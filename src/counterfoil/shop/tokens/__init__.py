"""Tokens of the API: how a terminal or a program says who it is."""
