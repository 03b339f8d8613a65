"""Acquirers: each channel behind the one port that the payments book knows."""
