"""Complaints that users of other systems filed, each as a test that carries its number (docs/reference/field-cases.md)."""
