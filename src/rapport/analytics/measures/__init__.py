"""The registry of measures: each a small function from tables to an expression. Owns the word measure."""
