"""Customers: matched by a keyed hash, sealed at rest, masked on every screen."""
