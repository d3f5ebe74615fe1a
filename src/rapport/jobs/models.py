"""Django looks for an area's tables here; each part keeps its own."""

from rapport.jobs.duties.models import Firing, Trouble
from rapport.jobs.queue.models import Job, Sign
from rapport.jobs.schedule.models import LastSlot

__all__ = ["Firing", "Job", "LastSlot", "Sign", "Trouble"]
