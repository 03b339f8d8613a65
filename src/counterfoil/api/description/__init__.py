"""How the API describes itself: examples that the decoders take, and a page without a script of anybody's."""
