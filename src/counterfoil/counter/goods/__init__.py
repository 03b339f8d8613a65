"""What a sale does to the stock of its store."""
