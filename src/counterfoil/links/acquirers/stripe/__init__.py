"""Stripe: PaymentIntents, created and confirmed from the server with a token of the customer's card."""
