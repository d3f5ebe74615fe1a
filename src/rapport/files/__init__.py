"""Stored files: kept whole or not at all, found under a random key. Knows no domain."""
