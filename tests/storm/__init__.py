"""The doubles of the outside world."""
