"""How cases follow what the books say."""
