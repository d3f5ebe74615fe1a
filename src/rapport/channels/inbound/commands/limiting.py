"""How often one sender may write within an hour before a person looks: loops that no header betrays end here."""

from datetime import timedelta

from rapport.channels.inbound.commands.path import Path
from rapport.customers.directory.commands import writing

WINDOW = timedelta(hours=1)
MOST_CONVERSATIONS = 5
"""Mails within an hour that answer nothing."""
MOST_AUTOMATIC = 5
"""Mails of programs within an hour."""
MOST_IN_ALL = 40
_COUNTED = """SELECT step.name, count(DISTINCT step.envelope_id)
    FROM channels_step step JOIN channels_envelope envelope ON envelope.id = step.envelope_id
    WHERE envelope.sender = %s AND envelope.arrived_at > %s AND envelope.state = 'placed' AND (
        (step.name = 'customer' AND step.outcome = 'own') OR (step.name = 'automatic' AND step.outcome = 'yes')
        OR (step.name = 'place' AND step.outcome = 'placed')
    ) GROUP BY step.name"""


def why_too_many(path: Path) -> str:
    """Why a person should look at what this sender writes; empty while it is as much as people write."""
    if not path.envelope.sender:
        return ""
    since = writing.stored(path.envelope.arrived_at - WINDOW)
    counted = dict(writing.selected(_COUNTED, [path.envelope.sender, since]))
    began, by_program, in_all = (counted.get(name, 0) for name in ("customer", "automatic", "place"))
    if not path.is_answer and began >= MOST_CONVERSATIONS:
        return f"{began} mails within an hour that answer nothing"
    if path.automatic and by_program >= MOST_AUTOMATIC:
        return f"{by_program} mails of a program within an hour"
    return f"{in_all} mails within an hour" if in_all >= MOST_IN_ALL else ""
