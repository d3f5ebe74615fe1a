"""Django looks for an area's tables here; each part keeps its own."""

from rapport.interactions.ingestion.models import Import, SavedMapping, Upload
from rapport.interactions.log.models import DayCount, Interaction, LogCursor, Source
from rapport.interactions.touchpoints.models import Touchpoint

__all__ = ["DayCount", "Import", "Interaction", "LogCursor", "SavedMapping", "Source", "Touchpoint", "Upload"]
