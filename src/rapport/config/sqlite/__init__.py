"""Django's engine for SQLite, whose writers take their turns quickly."""
