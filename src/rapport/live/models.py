"""Django looks for an area's tables here; each part keeps its own."""

from rapport.live.events.models import Event

__all__ = ["Event"]
