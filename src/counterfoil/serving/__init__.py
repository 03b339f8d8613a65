"""The processes that serve: one that watches over the others, those that answer the web, and the worker."""
