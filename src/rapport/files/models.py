"""Django looks for an area's tables here; each part keeps its own."""

from rapport.files.store.models import StoredFile

__all__ = ["StoredFile"]
