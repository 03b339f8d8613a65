"""`busy_saturday`: two grocer's shops, a quiet week, one very full Saturday, and everything that went wrong in it."""
