"""Tills and the people in front of them. They know the counter by its API alone, as any till does."""
