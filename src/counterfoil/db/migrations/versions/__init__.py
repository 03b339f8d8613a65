"""One file for each step; those that run a file of SQL have it beside them."""
