"""Measures the pages of the desk over a shop with a long past and many open cases."""
