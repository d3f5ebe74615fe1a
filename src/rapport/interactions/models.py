"""Django looks for an area's tables here; each part keeps its own."""

from rapport.interactions.ingestion.models import Import, SavedMapping, Upload
from rapport.interactions.log.models import (
    DayCount,
    Interaction,
    LogCursor,
    Removal,
    RetentionRule,
    ShelvedTouchpoint,
    Source,
    Tombstone,
)
from rapport.interactions.touchpoints.models import Touchpoint
from rapport.interactions.webhooks.models import Delivery, Webhook

__all__ = [
    "DayCount",
    "Delivery",
    "Import",
    "Interaction",
    "LogCursor",
    "Removal",
    "RetentionRule",
    "SavedMapping",
    "ShelvedTouchpoint",
    "Source",
    "Tombstone",
    "Touchpoint",
    "Upload",
    "Webhook",
]
