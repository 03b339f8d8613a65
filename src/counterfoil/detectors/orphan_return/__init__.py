"""Money or goods go back without the sale they belong to; see detector.toml for what it looks for."""
