"""Reading any table by a mapping that the user writes: see `docs/how-to/map-your-own-files.md`."""
