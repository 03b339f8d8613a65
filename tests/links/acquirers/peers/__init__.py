"""The other side of each channel: servers on loopback with a book of their own."""
