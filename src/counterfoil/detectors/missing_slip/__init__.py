"""Charged or told so, and no order or slip; see detector.toml for what it looks for."""
