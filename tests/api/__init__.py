"""Proofs of the API: what is wrong is refused with a name and a sentence, and leaves nothing behind."""
