"""Named worlds: a made shop whose history is played through the real verbs, so that there is something to look at.

Nothing here is a second way to sell, void or find: a played sale goes through the counter, the acquirer is the
simulated one, what the verbs of today cannot enter comes by import, and findings and cases are the watch's own.
"""
