"""Who and what: the merchant, its stores, terminals, staff, catalogue, stock, customers, stored value and policy."""
