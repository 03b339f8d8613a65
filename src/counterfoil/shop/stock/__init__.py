"""Stock: how much of an item each store has, and every movement that made it so."""
