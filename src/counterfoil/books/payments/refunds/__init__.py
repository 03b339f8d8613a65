"""Money that goes back: reserved when it is meant, counted when it is done."""
