from types import ModuleType

from django.db import connection

from rapport.search.index import fts5, gin


def current() -> ModuleType:
    """The engine of this database; both lay in, take out, cut into windows and look in the same way."""
    return gin if connection.vendor == "postgresql" else fts5
