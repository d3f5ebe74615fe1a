"""Today: what needs a person now, then how things go."""
