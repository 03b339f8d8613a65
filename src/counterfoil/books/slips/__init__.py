"""The slips book: every slip and notice that is due, printed, sent or failed."""
