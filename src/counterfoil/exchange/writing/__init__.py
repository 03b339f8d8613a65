"""From what PostgreSQL unloads to the files of book format 1."""
