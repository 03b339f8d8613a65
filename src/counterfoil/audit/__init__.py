"""The audit of files: from files of any kind to findings, with no server; it never writes to what it reads."""
