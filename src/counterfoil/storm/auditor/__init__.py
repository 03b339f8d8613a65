"""An auditor of its own: holds the acquirer's truth, the tills' memory and the books against each other.

It reads the two books by SQL of its own and shares no code with what it audits: not with the counter, not with the
rules, not with the audit. What it calls a disagreement it finds by adding up, and never by asking the product.
"""
