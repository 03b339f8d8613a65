"""The till in a browser."""
