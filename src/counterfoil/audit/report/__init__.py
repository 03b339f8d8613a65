"""The report: one self-contained page, offline, in both languages. It shows what it is given and decides nothing."""
