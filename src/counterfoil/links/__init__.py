"""The outside world: acquirers, printers, carriers, notifiers. Vendor words stop here; only `bootstrap` picks one."""
