"""The seals as the database keeps them."""
