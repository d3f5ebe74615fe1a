"""Cases as another desk kept them, told from the log that it left. Owns the word history."""
