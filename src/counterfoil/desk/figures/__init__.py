"""What the desk's findings and cases came to over some days: counted for the office, and never decided upon."""
