"""Which cases somebody wants before them, and how many there are. Owns the words saved view and tally."""
