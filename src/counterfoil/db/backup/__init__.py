"""Backups: one file with the whole database and what it has to contain, and the way back from it."""
