"""What shall happen in a storm, as a function of its seed: who buys what, how they behave, and what is killed when."""
