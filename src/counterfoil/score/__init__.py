"""Scores findings against a truth: how many of the faults were found, and how many findings were faults.

It knows nothing of how findings were made, so that it can judge anybody's detector.
"""
