"""The journal: what happened to every book, who did it and when; sealed into a chain that shows what was changed."""
