"""What findings are worth against a truth."""
