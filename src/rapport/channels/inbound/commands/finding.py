"""What a mail refers to: the threads whose names it bears, and whether it is a mail of our own."""

from collections.abc import Iterator

from rapport.channels.inbound.commands.path import Door
from rapport.channels.inbound.rules.reading import Mail
from rapport.channels.outbound.rules import names
from rapport.channels.outbound.rules.names import Reply
from rapport.channels.threads import queries as threads

_MOST_DOORS = 20
_MARKED_LETTERS = 200_000
LOOP_FIELD = "x-rapport-loop"


def doors(mail: Mail, key: bytes) -> tuple[Door, ...]:
    """The threads that a mail refers to, the surest sign first: address, name, mark. The subject is never one."""
    found: dict[int, Door] = {}
    for door in (*_by_address(key, mail), *_by_name(key, mail), *_by_mark(key, mail)):
        found.setdefault(door.thread_id, door)
        if len(found) >= _MOST_DOORS:
            break
    known = threads.existing(list(found))
    return tuple(door for number, door in found.items() if number in known)


def why_own(mail: Mail, key: bytes) -> str:
    """What shows that a mail is one of ours that came back; empty for any other."""
    if mail.headers.get(LOOP_FIELD).strip().lower() == names.loop_mark(key):
        return "it bears our loop mark"
    return "it bears a name of ours" if names.opened_name(key, mail.message_id) is not None else ""


def _by_address(key: bytes, mail: Mail) -> Iterator[Door]:
    for address in mail.recipients:
        opened = names.opened_address(key, address.email)
        if isinstance(opened, Reply):
            yield Door(opened.thread_id, "address", opened.participant_id)


def _by_name(key: bytes, mail: Mail) -> Iterator[Door]:
    referred = list(dict.fromkeys(filter(None, (mail.in_reply_to, *reversed(mail.references)))))
    own = [number for name in referred if (number := names.opened_name(key, name)) is not None]
    for thread_id in threads.threads_of_messages(own):
        yield Door(thread_id, "name")
    for message in threads.by_names(referred):
        yield Door(message.thread_id, "name")


def _by_mark(key: bytes, mail: Mail) -> Iterator[Door]:
    for text in (mail.text[-_MARKED_LETTERS:], mail.html[-_MARKED_LETTERS:]):
        for reply in names.opened_marks(key, text):
            yield Door(reply.thread_id, "mark")
