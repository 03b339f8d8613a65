"""Previews of policies."""
