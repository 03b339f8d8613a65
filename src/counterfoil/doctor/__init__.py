"""The doctor: asks a live database whether everything holds that must always hold. It reads, and mends nothing."""
