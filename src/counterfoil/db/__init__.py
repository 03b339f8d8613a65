"""The database: how it is reached, what every table has in common, one transaction at a time."""
