"""What people see of cases: the inbox with its counters, and one case with everything that belongs to it."""
