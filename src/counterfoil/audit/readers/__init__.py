"""One file for each foreign format; vendor words stop here."""
