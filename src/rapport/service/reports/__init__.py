"""What the desk did in a time, told from what was done and not from how things stand. Owns the word report."""
