"""One purchase, two orders or two charges; see detector.toml for what it looks for."""
