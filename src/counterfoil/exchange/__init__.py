"""The live books and the books as files: other people's history in, one's own history out, both in book format 1."""
