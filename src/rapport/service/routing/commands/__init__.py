"""The acts of routing: saying that one is there, handing out, taking the next, setting up queues, skills and people."""

from rapport.service.routing.commands.availability import be, lapse_absent, sign
from rapport.service.routing.commands.handing import NobodyWaits, hand_out, opened, take_next
from rapport.service.routing.commands.setting_up import (
    BadQueue,
    BadSkill,
    QueueDescription,
    SeatDescription,
    add_queue,
    add_skill,
    change_queue,
    change_seat,
    close_queue,
    close_skill,
    set_rules,
)

__all__ = [
    "BadQueue",
    "BadSkill",
    "NobodyWaits",
    "QueueDescription",
    "SeatDescription",
    "add_queue",
    "add_skill",
    "be",
    "change_queue",
    "change_seat",
    "close_queue",
    "close_skill",
    "hand_out",
    "lapse_absent",
    "opened",
    "set_rules",
    "sign",
    "take_next",
]
