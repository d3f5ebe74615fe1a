"""The append-only log of everything that happened. Owns the words interaction, source and message id."""
