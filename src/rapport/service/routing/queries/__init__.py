"""Questions of routing: queues and skills, who is there, who waits and for whom, and how long it takes."""

from rapport.service.routing.queries.queues import (
    open_queues,
    open_skills,
    queue,
    queues_with_needs,
    routing_rules,
)
from rapport.service.routing.queries.seats import available_seats, colleague_seat
from rapport.service.routing.queries.team import Person, QueueLine, Unmet, people, queue_lines, unmet
from rapport.service.routing.queries.waiting import longest_for, next_to_serve, owned_by_the_absent
from rapport.service.routing.queries.waits import Place, ahead_of, is_handing_out, place_of, waits_of

__all__ = [
    "Person",
    "Place",
    "QueueLine",
    "Unmet",
    "ahead_of",
    "available_seats",
    "colleague_seat",
    "is_handing_out",
    "longest_for",
    "next_to_serve",
    "open_queues",
    "open_skills",
    "owned_by_the_absent",
    "people",
    "place_of",
    "queue",
    "queue_lines",
    "queues_with_needs",
    "routing_rules",
    "unmet",
    "waits_of",
]
