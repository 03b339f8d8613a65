"""Voided here, or there, but not on both sides; see detector.toml for what it looks for."""
