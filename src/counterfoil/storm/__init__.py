"""Rehearsals of the worst day: doubles of the outside world with written fault models, and what drives them.

Nothing on a path of the product imports this: an acquirer that lies on purpose must never be in a shop's way.
"""
