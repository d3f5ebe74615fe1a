"""The acts upon clocks, and what sets them: policies and calendars."""

from rapport.service.clocks.commands.calendars import (
    BadCalendar,
    add_calendar,
    change_calendar,
    close_calendar,
)
from rapport.service.clocks.commands.past import Past, Turn, forget_past, lay_past
from rapport.service.clocks.commands.policies import (
    Description,
    add_policy,
    change_policy,
    retire_policy,
)
from rapport.service.clocks.commands.running import (
    AutomaticAnswer,
    end,
    follow_state,
    fulfil,
    let_go,
    pause,
    resume,
    revive,
    start,
    start_until,
    stop,
)
from rapport.service.clocks.commands.sweeping import Noted, sweep
from rapport.service.clocks.commands.turning import follow_calendars, retarget

__all__ = [
    "AutomaticAnswer",
    "BadCalendar",
    "Description",
    "Noted",
    "Past",
    "Turn",
    "add_calendar",
    "add_policy",
    "change_calendar",
    "change_policy",
    "close_calendar",
    "end",
    "follow_calendars",
    "follow_state",
    "forget_past",
    "fulfil",
    "lay_past",
    "let_go",
    "pause",
    "resume",
    "retarget",
    "retire_policy",
    "revive",
    "start",
    "start_until",
    "stop",
    "sweep",
]
