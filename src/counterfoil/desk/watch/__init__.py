"""The live watch: the five rules over what moved, every minute, on PostgreSQL."""
