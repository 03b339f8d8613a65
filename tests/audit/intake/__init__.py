"""The intake: files in, a shelf of clean books out."""
