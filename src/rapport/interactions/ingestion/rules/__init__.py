"""How messages of other systems become entries of the log: plain values, one module a dialect."""
