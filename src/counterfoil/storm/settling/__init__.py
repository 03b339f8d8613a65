"""After the storm: everybody waits until the ladders have come to their ends, bills are taken in, the rules look."""
