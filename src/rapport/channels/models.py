"""Django looks for an area's tables here; each part keeps its own."""

from rapport.channels.chat.models import Reading, SignedOut, Visitor, Wait
from rapport.channels.contact.models import Asked, ContactRule, Pause, Suppression
from rapport.channels.endpoints.models import Alias, Endpoint, Mailbox
from rapport.channels.inbound.models import Envelope, Forgone, Step
from rapport.channels.outbound.models import Dispatch, NamingKey, Pace
from rapport.channels.threads.models import Attachment, Message, MessageName, Participant, Thread

__all__ = [
    "Alias",
    "Asked",
    "Attachment",
    "ContactRule",
    "Dispatch",
    "Endpoint",
    "Envelope",
    "Forgone",
    "Mailbox",
    "Message",
    "MessageName",
    "NamingKey",
    "Pace",
    "Participant",
    "Pause",
    "Reading",
    "SignedOut",
    "Step",
    "Suppression",
    "Thread",
    "Visitor",
    "Wait",
]
