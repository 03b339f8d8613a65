"""A simulated town: the labelled history of a shop, in book format 1, with the truth about what went wrong.

Everything is drawn from a seed; nothing here may read a clock, a file of the user or a real person's data.
"""
