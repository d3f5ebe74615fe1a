"""Doors for other systems: whether what comes through is theirs, and what they ask of what left. Owns the word door."""
