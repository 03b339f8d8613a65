"""The outside world: one folder for each kind of partner. Words of vendors stop here; only `bootstrap` imports it."""
