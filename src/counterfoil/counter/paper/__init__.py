"""What stands on a slip: one definition for every face that shows or prints one, and the short number on it."""
