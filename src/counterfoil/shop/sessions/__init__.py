"""Sessions: who sits at a browser, since when, and until when. They live in the database and end there."""
