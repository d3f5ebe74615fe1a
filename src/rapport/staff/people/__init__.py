"""The people who work here and sign in. Owns the words member of staff and actor."""
