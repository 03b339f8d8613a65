"""The counter over HTTP: JSON by noun. It decides nothing; it decodes, calls one verb, and words the answer."""
