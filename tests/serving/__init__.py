"""The processes that serve, as processes."""
