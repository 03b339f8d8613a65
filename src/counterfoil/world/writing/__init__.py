"""How what happened in the town becomes files: ids, words, columns, tables, row groups."""
