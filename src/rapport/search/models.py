"""Django looks for an area's tables here; each part keeps its own."""

from rapport.search.index.models import Document, Shelf

__all__ = ["Document", "Shelf"]
