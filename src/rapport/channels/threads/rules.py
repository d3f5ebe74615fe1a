"""Messages and participants on plain values."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from rapport.customers.directory.rules import Claim

STANDINGS: dict[str, str] = {
    "customer": "the customer",
    "accepted": "takes part",
    "proposed": "wrote, not yet accepted",
    "refused": "was not accepted",
}
"""How somebody stands to a thread. Only the customer and who was accepted are written to."""

TAKES_PART = ("customer", "accepted")

SEARCH_KIND = "message"
"""What messages are called in the index."""
MOST_RECIPIENTS = 50
"""Recipients kept of a message; a mail to thousands names them in its envelope alone."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """One address a message goes to, in one role: to, cc or bcc. `identifier_id`: whose it is, where that is known."""

    address: str
    role: str = "to"
    name: str = ""
    identifier_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """Something said, ready to be put into a thread.

    `name` is its Message-ID, or the id another system gave it; `answers` is the name of the message it answers.
    `author_id` is the number of who said it, where it is known. `is_internal`: for staff alone (a note).
    `rest` is the quoted history that came with the text.
    `is_logged`: it is an interaction with the owner of the thread; what is asked of somebody about another is none.
    `answers_id` is the number of the message it answers, where that is known; `department` is whose it is, where
    that is not the department of the endpoint.
    """

    endpoint_id: int | None
    channel: str
    direction: str
    at: datetime
    text: str
    rest: str = ""
    html: str = ""
    subject: str = ""
    author: Claim | None = None
    author_id: int | None = None
    author_name: str = ""
    staff_id: int | None = None
    name: str = ""
    answers: str = ""
    answers_id: int | None = None
    department: str = ""
    is_logged: bool = True
    recipients: tuple[Recipient, ...] = ()
    is_internal: bool = False
    is_automatic: bool = False
    warning: str = ""
    files: tuple["NewAttachment", ...] = field(default=())


@dataclass(frozen=True, slots=True)
class NewAttachment:
    """A stored file as it came with a message."""

    file_id: int
    name: str
    media_type: str
    bytes: int
    content_id: str = ""
    is_inline: bool = False


def digest_of(name: str) -> str:
    """The digest under which a Message-ID is remembered: without brackets and spaces, its letters as they are.

    >>> digest_of("<a@example.org>") == digest_of(" a@example.org ")
    True
    """
    return hashlib.sha256(name.strip().strip("<>").strip().encode()).hexdigest()
