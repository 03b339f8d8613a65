"""Stored value: balances of members and vouchers, which are money of the customer in our keeping."""
