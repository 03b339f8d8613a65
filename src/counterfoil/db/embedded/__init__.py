"""PostgreSQL from the wheel, as a child of ours: what a server that lives as long as a run and one that stays share.

It knows nothing of tables, rules or shops. It must never listen on a network, and never touch another server.
"""
