"""The desk: cases, and what brings them to an end."""
