"""What was sold and voided over some days: added up for the office, and never decided upon."""
