"""What we said we would do by a time, kept or broken. Owns the word promise."""
