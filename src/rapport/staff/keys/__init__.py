"""Keys with which programs write to or read from Rapport. Owns the words key and scope."""
