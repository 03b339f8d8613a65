"""Verbs at the counter. A verb touches several books in one transaction, and no other room may."""
