"""What the house is kept in order with; nothing here is part of the installed program."""
