"""`counterfoil shop`: sets a shop up at the console of the server, by whoever may start programs there."""
