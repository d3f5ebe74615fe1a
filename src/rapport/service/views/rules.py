"""What a saved view may ask of cases, and which of it is counted."""

from collections.abc import Mapping
from typing import Any

from rapport.filters.compiler.rules import (
    DAY,
    NUMBER,
    Around,
    Choice,
    Field,
    Sort,
    Type,
    Vocabulary,
    choice,
)
from rapport.kernel.channels import CHANNELS
from rapport.service.desk.rules import STATE_KINDS

LONGEST_NAME = 60
MOST_VIEWS = 100
"""Views of one person, or shared with all."""
BOXES = ("open", "waiting", "snoozed", "done", "junk")
"""The lists of the desk that a saved view narrows; the order is that of the list."""
CLOCKS = {"warned": "about to run out", "breached": "ran out"}
NOBODY, ME = "nobody", "me"


def _owner(text: str, _: Around) -> str:
    if text in {NOBODY, ME}:
        return text
    return str(int(text[:18]))


OWNER = Type("colleague, 'me' or 'nobody'", _owner, str, frozenset({"is"}))
VOCABULARY = Vocabulary(
    fields=(
        Field("state", "kind", choice(STATE_KINDS), ("among", "is")),
        Field("queue", "queue_id", NUMBER, ("among", "is")),
        Field("owner", "owner_id", OWNER, ("is",)),
        Field("channel", "channel", choice(CHANNELS), ("among", "is")),
        Field("waits", "waiting_since", NUMBER, ("at_least",)),
        Field("clock", "clocks", choice(CLOCKS), ("is",)),
        Field("opened", "opened_at", DAY, ("since", "until")),
    ),
    sorts=(Sort("order", "In the order of the list", "changed_at", DAY),),
    others=frozenset({"box"}),
)
"""What can be asked; `waits` is in minutes."""
COUNTED = frozenset({"state", "queue", "owner", "channel"})
"""What stands in the row of a case alone and changes only with it: views that ask nothing else are counted."""
TALLY_COLUMNS = {"state": "kind", "queue": "queue_id", "owner": "owner_id", "channel": "channel"}


def read(asked: Mapping[str, str], around: Around) -> Choice:
    """What was asked of a view, checked; refuses what is not in the vocabulary, with the field and the value."""
    return VOCABULARY.read({name: [text] for name, text in asked.items()}, around, is_strict=True)


def is_counted(chosen: Choice) -> bool:
    """Whether a tally can tell how many cases such a view has."""
    return all(one.field.name in COUNTED for one in chosen.conditions)


def kept(chosen: Choice) -> dict[str, Any]:
    """What is stored of a choice: the names and texts of the address it came from."""
    return dict(one.given for one in chosen.conditions)
