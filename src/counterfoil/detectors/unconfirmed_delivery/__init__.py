"""Paid, and nobody ever said that the goods arrived; see detector.toml for what it looks for."""
