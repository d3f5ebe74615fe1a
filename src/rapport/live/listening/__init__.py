"""Who listens in this process: one reader of the events for all streams. Owns the words hub and listener."""
