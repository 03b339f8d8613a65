"""Tests of the copied books."""
