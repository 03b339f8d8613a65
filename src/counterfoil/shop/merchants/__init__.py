"""The merchant, its stores and its terminals."""
