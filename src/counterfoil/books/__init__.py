"""The five books: what a row is, in which words; no rule and no file access lives here."""
