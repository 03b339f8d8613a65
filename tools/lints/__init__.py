"""The lints of this house: what a tool can check, no reviewer has to remember.

Each lint is one file with a `NAME` and a `check`; `python -m tools.lints` runs them all, and names after it
run only those. A line may be excused by `# house: allow NAME, because …`, and only with a reason.
"""
