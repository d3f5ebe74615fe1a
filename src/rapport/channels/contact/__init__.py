"""May we write to them now, and why not: one arbiter for every sender. Owns the words contact rule and verdict."""
