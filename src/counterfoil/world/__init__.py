"""A simulated shop whose history knows its own truth; it shares no code with the rules that it tests."""
