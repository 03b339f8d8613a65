"""One timeline of a case: what the five books, the terminals and the journal say of the same sale, in order."""
