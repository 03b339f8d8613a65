"""The house: its lints, its docs, its command line and its set-up."""
