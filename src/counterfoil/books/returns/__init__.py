"""The returns book: goods that came back, or are asked to."""
