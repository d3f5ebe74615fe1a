"""What of messages can be searched for: their words and the names of their files, laid into the index as they come.

Not with the message itself: whoever says something need not wait until every beginning of its words is written down.
Their rows of the log are left out of the index (`interactions/log`), so that each word stands in it once.
"""

from collections.abc import Iterable
from itertools import takewhile

from django.db import transaction

from rapport.channels.threads.models import Message
from rapport.channels.threads.rules import SEARCH_KIND
from rapport.customers.directory import commands as directory
from rapport.search.index import commands as search
from rapport.search.index import queries as shelves
from rapport.search.index.rules import Document

PERMISSION = "desk.view"
STEP = 2_000
"""Messages laid in under the writers' lock at once."""
STEPS_AT_ONCE = 4


def index_new() -> int:
    """Bring the index nearer to the newest message; how many were read."""
    return sum(takewhile(bool, (_step() for _ in range(STEPS_AT_ONCE))))


@transaction.atomic
def _step() -> int:
    """Under the writers' lock, where the order of numbers is that of commits: none is passed over."""
    directory.lock_writers()
    above = shelves.newest(SEARCH_KIND)
    found = Message.objects.filter(id__gt=above).order_by("id").prefetch_related("attachments")
    messages = list(found[:STEP])
    if messages:
        search.put(SEARCH_KIND, [_document(one) for one in messages], are_new=True)
    return len(messages)


def leave(message_ids: Iterable[int]) -> None:
    """Take messages out of the index, in the transaction in which they go."""
    search.remove(SEARCH_KIND, list(message_ids))


def index_anew() -> None:
    """Lay every message into the index, which has been emptied, in the order in which they were stored."""
    while index_new():
        pass


def _document(message: Message) -> Document:
    names = (one.name for one in message.attachments.all())
    words = " ".join(filter(None, (message.subject, message.author_name, message.text, *names)))
    return Document(message.pk, words, PERMISSION, message.department)
