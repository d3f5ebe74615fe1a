"""Work that goes on after the request: kept in the database, done at least once, never lost.

Owns the words job, lease and worker.
"""
