"""Staff: who works here, as what, where, and how they prove it."""
