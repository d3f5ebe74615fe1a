"""What is asked of the desk, as plain values: an answer, a note, a case opened by hand."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from rapport.channels.threads.rules import NewAttachment, Recipient

UNDO_SEND = timedelta(seconds=15)
"""For how long an answer can be taken back."""
LONGEST_TEXT = 200_000
LONGEST_SUBJECT = 300
MOST_FILES = 10
"""That go with one answer or note."""
LARGEST_FILE = 10 * 1024**2
MOST_TOGETHER = 18 * 1024**2
"""Bytes of one answer: on their way by mail they grow by a third, and many servers take no more than 25 MB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer to the customer.

    `seen` is the number of the newest word that whoever answers had before them (0: nothing had been said): if more
    was said since, by the customer or by a colleague, the answer is refused rather than sent past it.
    Without recipients it goes to those of the word it answers; without an endpoint, the way that one came.
    `then` is the kind of state that the case is in afterwards.
    """

    text: str
    seen: int
    html: str = ""
    subject: str = ""
    endpoint_id: int | None = None
    recipients: tuple[Recipient, ...] = ()
    files: tuple[NewAttachment, ...] = ()
    then: str = "theirs"
    outcome: str = ""
    hold: timedelta = UNDO_SEND


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something said among staff, about a case. `@name` in it tells that colleague."""

    text: str
    files: tuple[NewAttachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCase:
    """A matter that somebody at the desk writes down: a call, a visit, something noticed."""

    identifier_id: int
    subject: str
    channel: str
    queue_id: int | None = None
    text: str = ""
    opened_at: datetime | None = None
