"""The pages: asked over HTTP, and in a real browser."""
