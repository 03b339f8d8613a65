"""Complaints that users of other systems filed, each a test that carries its number: docs/reference/field-cases.md."""
