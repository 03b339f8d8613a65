"""Audits in the browser: exported files come in, are audited outside the pages' processes, and become cases."""
