"""The law of diagnoses once more, naive and row by row, to hold the rules against."""
