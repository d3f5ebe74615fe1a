"""How interactions come in: HTTP from trackers and programs, and files. Owns the words import and mapping."""
