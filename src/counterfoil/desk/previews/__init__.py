"""What another policy would have found in the live books of some days, before anybody decides it."""
