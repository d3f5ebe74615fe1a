"""Tables of the desk: cases and what is filed in them, who works on them, what staff are told, what was joined."""

from rapport.service.desk.models.cases import Case, CaseEvent, CaseSet, CaseState, Filing
from rapport.service.desk.models.joining import Merge, Move
from rapport.service.desk.models.telling import Follower, Notification, NotificationChoice
from rapport.service.desk.models.wording import Macro
from rapport.service.desk.models.working import Claim, Draft, Presence, SideThread

__all__ = [
    "Case",
    "CaseEvent",
    "CaseSet",
    "CaseState",
    "Claim",
    "Draft",
    "Filing",
    "Follower",
    "Macro",
    "Merge",
    "Move",
    "Notification",
    "NotificationChoice",
    "Presence",
    "SideThread",
]
