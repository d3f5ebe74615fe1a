"""Django looks for an area's tables here; each part keeps its own."""

from rapport.jobs.queue.models import Job

__all__ = ["Job"]
