"""Benches: how fast Counterfoil is, measured by itself. Nothing here runs unless it is asked for."""
