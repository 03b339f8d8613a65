"""What happens in every shop and is no fault: each tale is a pure function on the rows of ordinary purchases.

None of them may leave anything behind that the law of diagnoses calls more than `info`, at whatever moment the
history ends; they are the look-alikes that a detector must leave alone.
"""
