"""The live books copied out into a DuckDB, so that the engine of the audit can judge them."""
