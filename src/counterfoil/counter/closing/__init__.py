"""The end of a store's business day."""
