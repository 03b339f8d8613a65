"""Before charging: does this sale look like one that was just taken? Outside the way of the commit; it only reads."""
