"""The one list of departments and teams, and the house rules of access. Owns the words department and team."""
