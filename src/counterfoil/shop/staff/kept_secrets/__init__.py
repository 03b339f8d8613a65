"""What is kept of PINs and passwords, and of the tries to get in by them."""
