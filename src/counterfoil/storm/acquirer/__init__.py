"""A simulated acquirer: a card host in a process of its own, with a book of its own and a written fault model.

It stands for the outside world. It never loses what it has answered, and it loses, delays, doubles, garbles and denies
on the way there and back what the seed tells it to: `fates` names each fault, docs/reference/fault-model.md tells it.
It shares no code with the link that it tests, not even the packing of messages, so that both cannot be wrong alike.
"""
