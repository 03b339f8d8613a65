"""What people say of rows that no book says by itself: whose a return is, which order repeats another on purpose."""
