"""What the counter knows of the shop without asking the database for every sale."""
