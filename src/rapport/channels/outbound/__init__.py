"""What leaves, one row per recipient, never twice but in the counted unknown window. Owns dispatch and suppression."""
