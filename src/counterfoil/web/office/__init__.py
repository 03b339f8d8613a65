"""The office: what the shop is made of."""
