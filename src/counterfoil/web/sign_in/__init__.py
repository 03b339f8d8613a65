"""Signing in and out, and the look of the pages."""
