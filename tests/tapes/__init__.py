"""Histories in a short text form, and their parser."""
