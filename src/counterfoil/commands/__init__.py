"""The commands, one file each: they ask, call one function of the product and show its answer; they decide nothing."""
