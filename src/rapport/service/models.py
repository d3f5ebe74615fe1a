"""Django looks for an area's tables here; each part keeps its own."""

from rapport.service.clocks.models import (
    Calendar,
    CalendarVersion,
    Clock,
    ClockEvent,
    Policy,
    PolicyVersion,
)
from rapport.service.desk.models import (
    Case,
    CaseEvent,
    CaseState,
    Claim,
    Draft,
    Filing,
    Follower,
    Macro,
    Merge,
    Move,
    Notification,
    NotificationChoice,
    Presence,
    SideThread,
)
from rapport.service.histories.models import History, HistoryQueue, HistoryRun
from rapport.service.promises.models import Promise
from rapport.service.routing.models import Handout, Queue, RoutingRules, Seat, Skill
from rapport.service.views.models import CaseTally, SavedView

__all__ = [
    "Calendar",
    "CalendarVersion",
    "Case",
    "CaseEvent",
    "CaseState",
    "CaseTally",
    "Claim",
    "Clock",
    "ClockEvent",
    "Draft",
    "Filing",
    "Follower",
    "Handout",
    "History",
    "HistoryQueue",
    "HistoryRun",
    "Macro",
    "Merge",
    "Move",
    "Notification",
    "NotificationChoice",
    "Policy",
    "PolicyVersion",
    "Presence",
    "Promise",
    "Queue",
    "RoutingRules",
    "SavedView",
    "Seat",
    "SideThread",
    "Skill",
]
