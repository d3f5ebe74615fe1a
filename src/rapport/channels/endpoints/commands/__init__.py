"""Opening, changing and closing endpoints; reaching the servers of mailboxes; writing down how they are doing."""

from rapport.channels.endpoints.commands.changing import (
    change_chat,
    change_generic,
    change_mailbox,
    close,
    completed,
    look_again,
    renew_secret,
)
from rapport.channels.endpoints.commands.checking import AlreadyClosed, BadEndpoint
from rapport.channels.endpoints.commands.connecting import asking, imap, smtp
from rapport.channels.endpoints.commands.noting import (
    begin_reading,
    hold,
    let_go,
    move_on,
    note_looked,
    note_mail,
    note_stuck,
    note_trouble,
)
from rapport.channels.endpoints.commands.opening import open_chat, open_generic, open_mailbox
from rapport.channels.endpoints.commands.tokens import MailTrouble
from rapport.channels.endpoints.commands.trying import Tried, try_mailbox

__all__ = [
    "AlreadyClosed",
    "BadEndpoint",
    "MailTrouble",
    "Tried",
    "asking",
    "begin_reading",
    "change_chat",
    "change_generic",
    "change_mailbox",
    "close",
    "completed",
    "hold",
    "imap",
    "let_go",
    "look_again",
    "move_on",
    "note_looked",
    "note_mail",
    "note_stuck",
    "note_trouble",
    "open_chat",
    "open_generic",
    "open_mailbox",
    "renew_secret",
    "smtp",
    "try_mailbox",
]
