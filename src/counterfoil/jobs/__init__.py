"""Work in the background: what is done again and again, when, and how it is queued in the caller's transaction."""
