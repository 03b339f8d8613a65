"""What goes wrong: one file an exception, each fault a pure function on the rows of ordinary purchases.

Every fault gives exactly one finding above `info` by the law of diagnoses, after precedence and suppression, and
writes it down in the truth. Its docstring says what happened in the shop.
"""
