"""Why an envelope is where it is. Each reason is a name that is stored, with the sentence people read."""

SUSPENDED: dict[str, str] = {
    "new_participant": "Somebody who does not take part in this conversation wrote into it.",
    "refused_participant": "Somebody who was not let into this conversation wrote into it.",
    "not_verified": "It says it comes from somebody we know, and that could not be verified.",
    "no_sender": "It names no sender whom one could answer.",
    "ambiguous_sender": "It names its sender in more than one way.",
    "from_staff": "It says it comes from a colleague.",
    "from_ourselves": "It says it comes from an address of our own.",
    "from_a_machine": "A mail system wrote it, and what it reports could not be made out.",
    "too_many": "Its sender wrote very often within an hour.",
    "too_large": "It is too large to be fetched; only its beginning is here.",
    "not_given": "Its server would not give it whole; only its beginning is here, if that.",
}
"""Waits for a person, who lets it in or puts it aside."""

NOTED: dict[str, str] = {
    "bounce": "A mail of ours could not be delivered.",
    "delivered": "A mail system reports that a mail of ours arrived.",
    "complaint": "A mail of ours was reported as unwanted.",
    "loop": "It is a mail of our own that came back.",
    "duplicate": "It is here already.",
    "forgotten": "It is from before somebody was erased, and was not kept.",
}
"""Understood; there is no message."""

PARKED: dict[str, str] = {
    "unreadable": "It could not be read.",
}
"""Something went wrong that trying again does not mend."""

EVERY = SUSPENDED | NOTED | PARKED

INCOMPLETE = frozenset({"too_large", "not_given"})
"""Only the beginning of it is here."""

JOINABLE = frozenset({"new_participant", "refused_participant"})
"""Suspended at the door of a conversation: a person may let its sender take part."""


def sentence(reason: str) -> str:
    """What people read for a stored reason.

    >>> sentence("loop")
    'It is a mail of our own that came back.'
    """
    return EVERY.get(reason, reason)
