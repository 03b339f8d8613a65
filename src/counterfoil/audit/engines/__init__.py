"""The engines on which the same rules run; no engine may change what a rule finds."""
