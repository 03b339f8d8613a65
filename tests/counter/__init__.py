"""Proofs of the live counter: a small shop, an acquirer that knows the truth, and a clock that is set by hand."""
