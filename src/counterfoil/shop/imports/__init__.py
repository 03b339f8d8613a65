"""Import of who and what from CSV and Excel: looked at as a whole, then taken as a whole or not at all."""
